import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { Inbox } from '../c-peer/inbox.ts';
import { Fates, type Faults, noFaults, Relay } from './relay.ts';

const bad: Faults = { loss: 0.2, duplicate: 0.05, reorder: 0.2, reorderMs: 10, delayMs: 4 };

describe('what becomes of datagrams', () => {
  const fates = (seed: number, count: number) => {
    const source = new Fates(bad, seed);
    return Array.from({ length: count }, () => source.next());
  };

  test('is the same for the same seed, and different for another', () => {
    expect(fates(1, 100)).toEqual(fates(1, 100));
    expect(fates(1, 100)).not.toEqual(fates(2, 100));
  });

  test('comes in the shares asked for', () => {
    const all = fates(3, 20_000);
    const share = (of: (delays: number[]) => boolean, among = all) => among.filter(of).length / among.length;
    const arriving = all.filter((delays) => delays.length > 0);
    expect(share((delays) => delays.length === 0)).toBeCloseTo(0.2, 2);
    expect(share((delays) => delays.length === 2, arriving)).toBeCloseTo(0.05, 2);
    expect(share((delays) => (delays[0] as number) > bad.delayMs, arriving)).toBeCloseTo(0.2, 2);
    const delays = arriving.flat();
    expect(Math.min(...delays)).toBe(bad.delayMs);
    expect(Math.max(...delays)).toBeLessThan(bad.delayMs + bad.reorderMs);
  });
});

describe('the relay', () => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function socket() {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    closing.push(() => socket.close());
    await once(socket, 'listening');
    return socket;
  }

  /** A server that answers every datagram with itself, a client, and a relay between. */
  async function echoThrough(toServer: Faults, toClient: Faults) {
    const server = await socket();
    server.on('message', (datagram, { port }) => server.send(datagram, port, '127.0.0.1'));
    const relay = await Relay.open(server.address().port, { seed: 1, toServer, toClient });
    closing.push(() => relay.close());
    const client = await socket();
    const answers = new Inbox<number>('answers');
    client.on('message', (datagram) => answers.put(datagram.readUInt16BE()));
    const send = (number: number) => client.send(Buffer.of(number >> 8, number), relay.port, '127.0.0.1');
    return { relay, answers, send };
  }

  test('without faults carries everything there and back in order', async () => {
    const { relay, answers, send } = await echoThrough(noFaults, noFaults);
    const numbers = Array.from({ length: 50 }, (_, i) => i);
    numbers.forEach(send);
    expect(await answers.takeAll(50)).toEqual(numbers);
    expect(relay.tallies.toServer).toEqual({ arrived: 50, lost: 0, duplicated: 0, held: 0, overtaken: 0 });
  });

  test('loses, doubles and overtakes as told, each direction by itself', async () => {
    const { relay, answers, send } = await echoThrough(bad, { ...noFaults, duplicate: 1 });
    for (let i = 0; i < 200; i++) send(i);
    const fates = new Fates(bad, 1);
    const copies = Array.from({ length: 200 }, () => fates.next().length).reduce((sum, count) => sum + count);
    const arrived = await answers.takeAll(2 * copies);
    const { toServer, toClient } = relay.tallies;
    expect(toServer).toMatchObject({ arrived: 200, lost: 200 - new Set(arrived).size });
    expect(toServer.overtaken).toBeGreaterThan(0);
    expect(toClient).toMatchObject({ arrived: copies, lost: 0, duplicated: copies });
  });

  test('does nothing but delay once it has recovered, until it is bad again', async () => {
    const { relay, answers, send } = await echoThrough({ ...bad, loss: 1 }, noFaults);
    relay.recover();
    for (let i = 0; i < 20; i++) send(i);
    expect(await answers.takeAll(20)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    relay.worsen();
    send(20);
    await expect.poll(() => relay.tallies.toServer.arrived).toBe(21);
    expect(relay.tallies.toServer).toMatchObject({ lost: 1, duplicated: 0, held: 0, overtaken: 0 });
  });
});
