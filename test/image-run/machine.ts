import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { systemTime } from '../../agent/time/system-time.ts';
import type { Board } from './boards.ts';
import type { BootFiles } from './card.ts';
import { within } from './patience.ts';
import { Qmp } from './qmp.ts';
import { Qtest } from './qtest.ts';

export interface MachineOptions {
  readonly board: Board;
  readonly boot: BootFiles;
  /** Arguments of QEMU that give it its card. */
  readonly card: readonly string[];
  /** For its console's log. */
  readonly folder: string;
  /** For its sockets: their paths must be short. */
  readonly sockets: string;
  /** TCP port of this host that leads to the guest's SSH. */
  readonly sshPort: number;
  /** Whether a restart of the guest is one; else it switches the machine off. */
  readonly reboots: boolean;
  /** More for the kernel's command line. */
  readonly kernelArguments?: string;
}

/** An emulated machine that is switched on. */
export class Machine {
  readonly qmp: Qmp;
  readonly qtest: Qtest;
  /** When it was switched on, ms of CLOCK_MONOTONIC. */
  readonly since: number;
  readonly #process: ChildProcess;
  readonly #console: string;

  private constructor(process: ChildProcess, since: number, qmp: Qmp, qtest: Qtest, console: string) {
    this.#process = process;
    this.since = since;
    this.qmp = qmp;
    this.qtest = qtest;
    this.#console = console;
  }

  static async switchOn(options: MachineOptions): Promise<Machine> {
    const { board, boot, card, folder, sockets, sshPort } = options;
    const console = join(folder, `console-${board.name}.log`);
    const [qmp, qtest] = [join(sockets, 'qmp'), join(sockets, 'qtest')];
    const words = [kernelCommandLine(boot, board), options.kernelArguments ?? ''].join(' ').trim();
    const log = openSync(join(folder, 'qemu.log'), 'a');
    const since = systemTime.now();
    // Beside everything else this machine has to do.
    const child = spawn(
      'nice',
      [
        ...[
          '-n',
          '5',
          'qemu-system-aarch64',
          '-accel',
          'tcg,thread=multi',
          '-m',
          '1G',
          ...board.machine(boot),
        ],
        ...['-kernel', boot.kernel, '-initrd', boot.initrd, '-append', words, ...card],
        ...['-netdev', `user,id=net,hostfwd=tcp:127.0.0.1:${sshPort}-:22`, '-device', board.network],
        ...board.serial(console),
        ...(options.reboots ? [] : ['-no-reboot']),
        ...['-display', 'none', '-monitor', 'none', '-qtest-log', 'none'],
        ...['-qmp', `unix:${qmp},server,nowait`, '-qtest', `unix:${qtest},server,nowait`],
      ],
      { stdio: ['ignore', log, log] },
    );
    closeSync(log);
    const ended = once(child, 'exit').then(() => {
      throw new Error(`QEMU ended at once: ${readFileSync(join(folder, 'qemu.log'), 'utf8').slice(-500)}`);
    });
    ended.catch(() => {});
    const controls = Promise.all([Qmp.connect(qmp), Qtest.connect(qtest)]);
    const [qmpClient, qtestClient] = await Promise.race([controls, ended]);
    return new Machine(child, since, qmpClient, qtestClient, console);
  }

  get isOn(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Seconds since it was switched on. */
  get age(): number {
    return (systemTime.now() - this.since) / 1000;
  }

  /** The end of what the kernel and systemd said. */
  lastWords(lines = 15): string {
    const said = stripVTControlCharacters(readFileSync(this.#console, 'latin1'));
    return said.trimEnd().split(/\r?\n/).slice(-lines).join('\n');
  }

  /** Waits until the guest has switched it off. */
  async off(seconds: number): Promise<void> {
    if (this.isOn) await within(seconds, 'the machine switches off', once(this.#process, 'exit'));
    this.#release();
  }

  /** Pulls the plug. */
  async pullPlug(): Promise<void> {
    if (this.isOn) {
      const gone = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await gone;
    }
    this.#release();
  }

  #release(): void {
    this.qmp.close();
    this.qtest.close();
  }
}

/** That of the card, with the console of this machine. */
function kernelCommandLine({ commandLine }: BootFiles, { console, kernelArguments = '' }: Board): string {
  const words = commandLine.split(/\s+/).filter((word) => !word.startsWith('console='));
  return [`console=${console}`, ...words.filter((word) => word !== 'quiet'), kernelArguments]
    .join(' ')
    .trim();
}
