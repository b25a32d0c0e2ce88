import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Board, type BoardName, boards } from './boards.ts';
import { type BootFiles, Card } from './card.ts';
import { configuration } from './configuration.ts';
import { Guest } from './guest.ts';
import { Machine } from './machine.ts';
import type { Options } from './options.ts';
import { until } from './patience.ts';
import { freeTcpPort, Place } from './place.ts';
import type { Recorder } from './recorder.ts';
import { run } from './shell.ts';

/** Longest from power-on to joined, and for SSH then to be there, s: emulation beside other work. */
export const longestBoot = { virt: 2_400, raspi3b: 3_600 } as const;

const patientUnit = Buffer.from('[Service]\nTimeoutStartSec=900\n').toString('base64');
const kernelArguments = [
  // The microphone of the virtual machine.
  'modules_load=snd_aloop snd_aloop.pcm_substreams=1',
  // What takes seconds on a Pi takes minutes where it is emulated beside other work.
  'systemd.default_timeout_start_sec=900 systemd.default_device_timeout_sec=900',
  `systemd.set_credential_binary=systemd.unit-dropin.allo-agent.service:${patientUnit}`,
  // The kernel's own page tables, which no Pi here needs: QEMU forgets all translations at every change between them.
  'kpti=off',
].join(' ');

export interface BenchOptions {
  readonly options: Options;
  readonly image: string;
  /** For cards and logs. */
  readonly folder: string;
  readonly recorder: Recorder;
  readonly say: (line: string) => void;
}

export interface PowerOptions {
  /** Arguments of QEMU, where it gets its card otherwise than as the file itself. */
  readonly insert?: readonly string[];
  /** Whether it may start anew by itself, as it does after some repairs; else that switches it off. */
  readonly reboots?: boolean;
}

/** A card in a machine that is on, and the way in. */
export interface Booted {
  readonly machine: Machine;
  readonly guest: Guest;
  /** TCP port of this host that leads to the guest's SSH. */
  readonly port: number;
  readonly card: Card;
  /** From power-on, s. */
  readonly joinedAfter: number;
}

/** What every step works with: the place, the key of the person, and where things are. */
export class Bench {
  readonly options: Options;
  readonly recorder: Recorder;
  readonly say: (line: string) => void;
  readonly folder: string;
  readonly place: Place;
  readonly #image: string;
  readonly #sockets: string;
  readonly #key: string;
  readonly #machines = new Set<Machine>();
  readonly #guests = new Set<Guest>();

  private constructor(
    { options, image, folder, recorder, say }: BenchOptions,
    place: Place,
    sockets: string,
  ) {
    this.options = options;
    this.recorder = recorder;
    this.say = say;
    this.folder = folder;
    this.place = place;
    this.#image = image;
    this.#sockets = sockets;
    this.#key = join(sockets, 'key');
  }

  static async open(options: BenchOptions): Promise<Bench> {
    const sockets = mkdtempSync(join(tmpdir(), 'image-test-'));
    await run('ssh-keygen', [
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-C',
      'image test',
      '-f',
      join(sockets, 'key'),
    ]);
    return new Bench(options, await Place.open(), sockets);
  }

  /** Writes the image to a new card, and edits the two files on it. */
  async flash(name: BoardName): Promise<Card> {
    this.say(`writing the image to a card of 4 GiB, and the place and an SSH key onto its boot partition`);
    const card = await Card.flash(this.#image, join(this.folder, `${name}.img`));
    await card.put('allo-agent.yaml', configuration(name, this.place.guestUrl));
    const publicKey = readFileSync(`${this.#key}.pub`, 'utf8');
    await card.put('network.conf', `${await card.read('network.conf')}\nSSH_KEY=${publicKey}`);
    return card;
  }

  async switchOn(
    name: BoardName,
    card: Card,
    { insert, reboots = false }: PowerOptions = {},
  ): Promise<{ machine: Machine; port: number }> {
    const board: Board = boards[name];
    const port = await freeTcpPort();
    const boot: BootFiles = await card.bootFiles(this.folder);
    const machine = await Machine.switchOn({
      board,
      boot,
      card: insert ?? board.card(card.file),
      folder: this.folder,
      sockets: this.#sockets,
      sshPort: port,
      reboots,
      kernelArguments,
    });
    this.#machines.add(machine);
    return { machine, port };
  }

  /** Waits until the appliance is in the place; s from power-on. */
  async joined(name: BoardName, machine: Machine): Promise<number> {
    const { at } = await until(longestBoot[name], 'the appliance joins the place', () => {
      const joining = this.place.joinedAfter(machine.since);
      if (!joining && !machine.isOn) throw new Error('the machine switched itself off');
      return joining;
    }).catch((error: Error) => {
      throw new Error(`${error.message}; the console ended with:\n${machine.lastWords()}`);
    });
    return (at - machine.since) / 1000;
  }

  async reach(port: number): Promise<Guest> {
    const guest = await Guest.reach(port, this.#key, this.#sockets, 600);
    this.#guests.add(guest);
    return guest;
  }

  /** From the card to an appliance in the place, and a person in the guest. */
  async boot(name: BoardName, card: Card, options: PowerOptions = {}): Promise<Booted> {
    this.say(`switching on ${name}`);
    const { machine, port } = await this.switchOn(name, card, options);
    const joinedAfter = await this.joined(name, machine);
    this.say(`joined ${joinedAfter.toFixed(0)} s after power-on`);
    return { machine, guest: await this.reach(port), port, card, joinedAfter };
  }

  /** Switches off as a person does, and leaves the card. */
  async switchOff({ machine, guest }: Booted): Promise<void> {
    // The connection may end before the command does.
    await guest.run('systemctl --no-block poweroff').catch(() => {});
    guest.leave();
    await machine.off(300);
  }

  async close(): Promise<void> {
    for (const guest of this.#guests) guest.leave();
    for (const machine of this.#machines) await machine.pullPlug();
    await this.place.close();
    rmSync(this.#sockets, { recursive: true, force: true });
  }
}
