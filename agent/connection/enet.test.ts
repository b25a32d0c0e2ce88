import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { timed } from '../../test/support/lateness.ts';
import { type Peer, UdpHost } from '../enet/index.ts';
import type { Closed, Connection } from './connection.ts';
import { dialEnet, listenEnet } from './enet.ts';

/** A connection's events, as promises a test can wait for. */
class Recorder {
  readonly packets: { channel: number; text: string }[] = [];
  readonly closed: Promise<Closed>;
  #closed!: (reason: Closed) => void;
  #waiting: (() => void)[] = [];

  constructor(connection: Connection) {
    this.closed = new Promise((resolve) => {
      this.#closed = resolve;
    });
    connection.open({
      packet: (channel, data) => {
        this.packets.push({ channel, text: new TextDecoder().decode(data) });
        for (const wake of this.#waiting.splice(0)) wake();
      },
      closed: (reason) => this.#closed(reason),
    });
  }

  async nextPacket(): Promise<{ channel: number; text: string }> {
    if (this.packets.length === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.packets.shift()!;
  }
}

/** Nobody calls it off. */
const never = new AbortController().signal;

const bytes = (text: string) => new TextEncoder().encode(text);

async function connected() {
  let accepted!: (recorder: { recorder: Recorder; connection: Connection }) => void;
  const atDoor = new Promise<{ recorder: Recorder; connection: Connection }>((resolve) => {
    accepted = resolve;
  });
  const listener = await listenEnet({ host: '127.0.0.1', port: 0 }, 5, (connection) =>
    accepted({ recorder: new Recorder(connection), connection }),
  );
  const agent = await dialEnet(listener.address, 255, never);
  return { listener, agent, heard: new Recorder(agent), place: await atDoor };
}

describe('connections over ENet', () => {
  it('carry packets both ways on the channels granted', async () => {
    const { listener, agent, heard, place } = await connected();
    expect(agent.channelCount).toBe(5);
    expect(agent.send(1, bytes('hello'), true)).toBe(true);
    expect(await place.recorder.nextPacket()).toEqual({ channel: 1, text: 'hello' });
    place.connection.send(0, bytes('state'), false);
    expect(await heard.nextPacket()).toEqual({ channel: 0, text: 'state' });
    expect(agent.send(5, bytes('no such channel'), true)).toBe(false);
    await listener.close(1000);
  });

  it('take no more than 16 MiB at once, whoever is slow to hear it', async () => {
    const { listener, agent } = await connected();
    const mebibyte = new Uint8Array(1024 * 1024);
    let taken = 0;
    while (agent.send(1, mebibyte, true)) taken++;
    expect(taken).toBe(16);
    await listener.close(1000);
  });

  it('close with a code, once all that was queued has arrived', async () => {
    const { listener, agent, heard, place } = await connected();
    agent.send(1, bytes('last words'), true);
    agent.close(1001);
    expect(await place.recorder.nextPacket()).toMatchObject({ text: 'last words' });
    expect(await place.recorder.closed).toEqual({ by: 'remote', code: 1001 });
    expect(await heard.closed).toEqual({ by: 'local', code: 1001 });
    await listener.close(1000);
  });

  it('are told when the place closes its door', async () => {
    const { listener, heard } = await connected();
    await listener.close(1000);
    expect(await heard.closed).toEqual({ by: 'remote', code: 1000 });
  });

  it('cannot be had where a name has no address', async () => {
    const dialled = dialEnet({ host: 'no-such-host.invalid', port: 1 }, 5, never);
    await expect(dialled).rejects.toMatchObject({ code: 'ALLO_E_PLACE_NAME' });
  });

  it('can be called off', async () => {
    const nobody = { host: '127.0.0.1', port: 9 };
    await expect(dialEnet(nobody, 5, AbortSignal.timeout(50))).rejects.toThrow();
  });

  it('cannot listen where somebody does already', async () => {
    const listener = await listenEnet({ host: '127.0.0.1', port: 0 }, 5, () => {});
    await expect(listenEnet(listener.address, 5, () => {})).rejects.toMatchObject({
      code: 'ALLO_E_PLACE_PORT',
    });
    await listener.close(1000);
  });

  it('wake a place until it has said something, and let it rest then', async () => {
    let accepted!: (peer: Peer) => void;
    const atDoor = new Promise<Peer>((resolve) => {
      accepted = resolve;
    });
    const place = await UdpHost.open({ address: '127.0.0.1', onConnect: accepted });
    const address = { host: '127.0.0.1', port: place.address.port };
    const heard = new Recorder(await dialEnet(address, 1, never));
    const agent = await atDoor;
    const { statistics } = agent;
    const from = statistics.datagramsReceived;
    const { took, late } = await timed(async () => {
      while (statistics.datagramsReceived < from + 10) await delay(5);
    });
    expect(took - late).toBeLessThan(3_000);

    agent.send(0, bytes('state'), 'unreliable');
    await heard.nextPacket();
    const then = statistics.datagramsReceived;
    await delay(400);
    expect(statistics.datagramsReceived - then).toBeLessThan(6);
    await place.close();
  });
});
