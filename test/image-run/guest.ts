import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from './patience.ts';
import { run } from './shell.ts';

let connections = 0;

/** The system in the machine, as one who has its key reaches it: by SSH, over one connection. */
export class Guest {
  readonly #options: readonly string[];
  readonly #connection: ChildProcess;

  private constructor(options: readonly string[], connection: ChildProcess) {
    this.#options = options;
    this.#connection = connection;
  }

  /** Waits until it lets us in; `folder` is for the socket of the connection. */
  static async reach(port: number, key: string, folder: string, seconds: number): Promise<Guest> {
    const options = [
      ...['-S', join(folder, `ssh-${++connections}`), '-i', key, '-p', String(port)],
      // Each card makes a key of its own at its first start.
      ...['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR'],
      ...['-o', 'BatchMode=yes', '-o', 'IdentitiesOnly=yes', '-o', 'ConnectTimeout=60'],
      ...['-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=8', 'root@127.0.0.1'],
    ];
    return until(seconds, 'the guest lets us in by SSH', async () => {
      const connection = spawn('ssh', ['-M', '-N', ...options], { stdio: 'ignore' });
      const ended = once(connection, 'exit').then(() => false);
      const open = until(90, 'SSH connects', () =>
        run('ssh', ['-O', 'check', ...options]).then(
          () => true,
          () => (connection.exitCode === null ? undefined : false),
        ),
      ).catch(() => false);
      if (await Promise.race([open, ended])) return new Guest(options, connection);
      connection.kill();
      return undefined;
    });
  }

  /** Runs a shell command and gives what it printed. */
  run(command: string, seconds = 120): Promise<string> {
    return run('ssh', [...this.#options, command], { timeout: seconds * 1000 });
  }

  /** Starts a shell command that goes on; stdin is a pipe. */
  start(command: string): ChildProcess {
    return spawn('ssh', [...this.#options, command], { stdio: ['pipe', 'pipe', 'ignore'] });
  }

  async put(file: string, content: Uint8Array): Promise<void> {
    const child = this.start(`cat >${file}`);
    child.stdin!.end(content);
    const [status] = (await once(child, 'exit')) as [number | null];
    if (status !== 0) throw new Error(`${file} could not be put into the guest`);
  }

  /** Properties of the agent's unit. */
  async unit(...properties: readonly string[]): Promise<Readonly<Record<string, string>>> {
    const told = await this.run(`systemctl show allo-agent.service -p ${properties.join(',')}`);
    return Object.fromEntries(
      told
        .trimEnd()
        .split('\n')
        .map((line) => {
          const equals = line.indexOf('=');
          return [line.slice(0, equals), line.slice(equals + 1)];
        }),
    );
  }

  leave(): void {
    this.#connection.kill();
  }
}
