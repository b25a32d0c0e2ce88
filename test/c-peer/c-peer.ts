import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { buildCPeer } from './build.ts';
import { Inbox } from './inbox.ts';

/** How a packet travels, as the C library's flags have it. */
export type Kind = 'reliable' | 'unreliable' | 'unsequenced' | 'unreliable-fragment';

export interface Connected {
  readonly peer: number;
  readonly channels: number;
  readonly data: number;
}

export interface Disconnected {
  readonly peer: number;
  readonly data: number;
}

export interface Received {
  readonly peer: number;
  readonly channel: number;
  /** The flags the C library gave it: a fragmented packet has lost whether it was unsequenced. */
  readonly kind: string;
  readonly length: number;
  readonly hash: string;
}

/** What the C library knows of one of its peers; times in milliseconds. */
export interface PeerState {
  readonly channels: number;
  readonly mtu: number;
  readonly windowBytes: number;
  readonly roundTrip: number;
  readonly variance: number;
  /** 0 to 32, of which unreliable packets are let through. */
  readonly throttle: number;
}

export interface Batch {
  readonly channel?: number;
  readonly kind: Kind;
  /** Bytes of each packet. */
  readonly size: number;
  /** The first packet has the contents of this seed, the next of the one above, and so on. */
  readonly seed: number;
  readonly count?: number;
}

export interface CPeerOptions {
  readonly port?: number;
  readonly peers?: number;
  readonly channels?: number;
}

interface Answer {
  resolve(values: string[]): void;
  reject(error: Error): void;
}

/** A host of the ENet C library on 127.0.0.1 in a process of its own, driven by peer.c's line protocol. */
export class CPeer {
  readonly connected = new Inbox<Connected>('connections at the C peer');
  readonly disconnected = new Inbox<Disconnected>('disconnections at the C peer');
  readonly received = new Inbox<Received>('packets at the C peer');
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: Answer[] = [];
  #port = 0;

  private constructor(process: ChildProcessWithoutNullStreams) {
    this.#process = process;
    createInterface({ input: process.stdout }).on('line', (line) => this.#read(line));
    process.stdin.on('error', () => {}); // a killed peer takes no more commands: `exit` says so below
    process.on('exit', (code, signal) => {
      const error = new Error(`The C peer has ended (${signal ?? code})`);
      for (const answer of this.#answers.splice(0)) answer.reject(error);
    });
  }

  /** Starts a host, by default on any free port, with room for `peers` connections of up to `channels` channels. */
  static async open({ port = 0, peers = 4, channels = 8 }: CPeerOptions = {}): Promise<CPeer> {
    const peer = new CPeer(spawn(await buildCPeer(), { stdio: 'pipe' }));
    peer.#process.stderr.pipe(process.stderr);
    const [bound] = await peer.command('open', port, peers, channels);
    peer.#port = Number(bound);
    return peer;
  }

  get port(): number {
    return this.#port;
  }

  get pid(): number {
    return this.#process.pid as number;
  }

  /** Runs one command of peer.c; the values of its answer. */
  command(...words: (string | number)[]): Promise<string[]> {
    return new Promise((resolve, reject) => {
      if (this.#process.exitCode !== null || this.#process.signalCode !== null)
        return reject(new Error('The C peer has ended'));
      this.#answers.push({ resolve, reject });
      this.#process.stdin.write(`${words.join(' ')}\n`);
    });
  }

  /** Begins to connect to a port of 127.0.0.1; the index of the peer. `connected` tells of success. */
  async connect(port: number, { channels = 4, data = 0 } = {}): Promise<number> {
    const [peer] = await this.command('connect', port, channels, data);
    return Number(peer);
  }

  /** Queues packets; how many of them the library took. */
  async send(peer: number, { channel = 0, kind, size, seed, count = 1 }: Batch): Promise<number> {
    const [accepted] = await this.command('send', peer, channel, kind, size, seed, count);
    return Number(accepted);
  }

  async state(peer: number): Promise<PeerState> {
    const values = (await this.command('state', peer)).map(Number);
    const [, channels = 0, mtu = 0, windowBytes = 0, roundTrip = 0, variance = 0, throttle = 0] = values;
    return { channels, mtu, windowBytes, roundTrip, variance, throttle };
  }

  /** Ends the process the hard way: its peers hear nothing. */
  async kill(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.stdin.end();
    await ended;
  }

  #read(line: string): void {
    const [word, ...values] = line.split(' ');
    const [peer = 0, second = 0, third = 0] = values.map(Number);
    switch (word) {
      case 'connected':
        this.connected.put({ peer, channels: second, data: third });
        break;
      case 'disconnected':
        this.disconnected.put({ peer, data: second });
        break;
      case 'received': {
        const [, , kind = '', length, hash = ''] = values;
        this.received.put({ peer, channel: second, kind, length: Number(length), hash });
        break;
      }
      case 'ok':
        this.#answers.shift()?.resolve(values);
        break;
      default:
        this.#answers.shift()?.reject(new Error(`The C peer answers: ${line}`));
    }
  }
}
