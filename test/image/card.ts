import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../support/source-files.ts';

export const overlay = join(root, 'scripts/image/overlay');

/** What the programs call and this machine need not have, each as a shell script. */
const tools: Record<string, string> = {
  // $WRITE_PROTECTED: as a card with the switch at its side.
  mount: 'echo "mount $*" >>"$CALLS"; [ -z "$WRITE_PROTECTED" ] || exit 32',
  sync: 'echo "sync $*" >>"$CALLS"',
  mv: 'echo "mv $*" >>"$CALLS"; exec /bin/mv "$@"',
  setpriv: 'while :; do case $1 in --*) shift ;; *) exec "$@" ;; esac; done',
  // Takes what does not say that it is wrong.
  'allo-agent':
    'for file; do :; done; wc -c <"$file" >"$ALLO_BOOT/../checked"; grep -q wrong "$file" || exit 0; echo "$file:3:1: wrong"; echo "    Mend it."; exit 78',
  wpa_passphrase: `read -r password; key=$(printf %s "$1/$password" | sha256sum | cut -c1-64); printf 'network={\\n\\t#psk="%s"\\n\\tpsk=%s\\n}\\n' "$password" "$key"`,
  systemctl: 'cat "$ALLO_BOOT/../unit"',
  journalctl: 'cat "$ALLO_BOOT/../journal" 2>/dev/null',
  ip: 'echo "eth0  UP  192.168.1.20/24"',
};

/** Ends everything before the command `$CUT` that the shell runs, as a power cut would; the last of all is counted. */
const powerCut = `
set -o functrace
trap '((CUT-- > 0)) || kill -9 0' DEBUG
`;

export interface Run {
  /** Absent where the power was cut. */
  readonly status: number | undefined;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cut?: number;
  readonly by?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** An SD card as the programs of the image see it, in a folder of its own. */
export class Card {
  readonly folder = mkdtempSync(join(tmpdir(), 'allo-card-'));
  readonly #tools = join(this.folder, 'tools');

  /** `original`: a card to copy, with all that is on it. */
  constructor(original?: Card) {
    if (original) {
      cpSync(original.folder, this.folder, { recursive: true });
      return;
    }
    for (const folder of ['boot', 'etc', 'run', 'tools', 'zones/Europe'])
      mkdirSync(join(this.folder, folder), { recursive: true });
    for (const [name, script] of Object.entries(tools)) {
      writeFileSync(join(this.#tools, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(this.#tools, name), 0o755);
    }
    writeFileSync(join(this.#tools, 'power-cut'), powerCut);
    this.write('boot/config.txt', 'kernel=vmlinuz\n');
    this.write('etc/hostname', 'allo-agent\n');
    this.write('kernel-hostname', 'allo-agent');
    this.write('zones/Europe/Stockholm', '');
    this.write('uptime', '90.00 100.00\n');
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
  }

  /** Undefined where there is no such file. */
  read(name: string): string | undefined {
    return existsSync(this.path(name)) ? readFileSync(this.path(name), 'utf8') : undefined;
  }

  list(folder: string): string[] {
    return readdirSync(this.path(folder)).sort();
  }

  /** Runs one of /usr/lib/allo-agent-image to its end, or to its command number `cut`; `by` another, if given. */
  async run(program: string, { cut, by = [], env = {} }: RunOptions = {}): Promise<Run> {
    const [command, ...rest] = [...by, join(overlay, 'usr/lib/allo-agent-image', program)];
    const child: ChildProcess = spawn(command!, rest, {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: `${this.#tools}:${process.env.PATH}`,
        CALLS: this.path('calls'),
        ALLO_BOOT: this.path('boot'),
        ALLO_ETC: this.path('etc'),
        ALLO_RUN: this.path('run'),
        ALLO_NETWORKD: this.path('run/networkd'),
        ALLO_ZONES: this.path('zones'),
        ALLO_KERNEL_HOSTNAME: this.path('kernel-hostname'),
        ALLO_UPTIME: this.path('uptime'),
        ...(cut !== undefined && { BASH_ENV: this.path('tools/power-cut'), CUT: String(cut) }),
        ...env,
      },
    });
    let stderr = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const [status] = (await once(child, 'close')) as [number | null];
    return { status: status ?? undefined, stderr };
  }

  /** What is in memory is gone. */
  powerOff(): void {
    rmSync(this.path('run'), { recursive: true });
    mkdirSync(this.path('run'));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
