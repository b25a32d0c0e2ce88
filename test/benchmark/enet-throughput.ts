/**
 * How fast large reliable packets travel on loopback, beside bare `node:dgram` in the same process: datagrams of
 * the same size, sent in bursts that are answered once they have arrived, as a window of ENet is.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { UdpHost } from '../../agent/enet/index.ts';

const MEBIBYTE = 1024 * 1024;
const ROUNDS = 5;
const DATAGRAM = 1392;
const WINDOW = 65_536;

/** MiB/s of the best of several rounds: what else the machine does only ever makes it slower. */
async function best(bytes: number, transfer: () => Promise<void>): Promise<number> {
  let fastest = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await transfer();
    fastest = Math.max(fastest, bytes / MEBIBYTE / ((performance.now() - start) / 1000));
  }
  return fastest;
}

async function bound(): Promise<Socket> {
  const lookup = (_: string, __: unknown, callback: (error: null, address: string, family: number) => void) =>
    callback(null, '127.0.0.1', 4);
  const socket = createSocket({ type: 'udp4', lookup: lookup as never });
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  socket.setRecvBufferSize(2 * MEBIBYTE);
  return socket;
}

async function bareDatagrams(bytes: number): Promise<number> {
  const [sender, receiver] = [await bound(), await bound()];
  const burst = Math.floor(WINDOW / DATAGRAM);
  const bursts = Math.ceil(bytes / (burst * DATAGRAM));
  const datagram = Buffer.alloc(DATAGRAM);
  let arrived = 0;
  receiver.on('message', () => {
    if (++arrived % burst === 0) receiver.send(Buffer.alloc(8), sender.address().port, '127.0.0.1');
  });
  const rate = await best(bursts * burst * DATAGRAM, async () => {
    for (let sent = 0; sent < bursts; sent++) {
      const answered = once(sender, 'message');
      for (let n = 0; n < burst; n++) sender.send(datagram, receiver.address().port, '127.0.0.1');
      await answered;
    }
  });
  sender.close();
  receiver.close();
  return rate;
}

async function reliablePackets(bytes: number, length: number): Promise<number> {
  let arrived = (): void => {};
  let missing = 0;
  const server = await UdpHost.open({
    address: '127.0.0.1',
    onConnect: (peer) => {
      peer.onPacket = () => {
        if (--missing === 0) arrived();
      };
    },
  });
  const client = await UdpHost.open({ address: '127.0.0.1' });
  const peer = await client.connect('127.0.0.1', server.address.port);
  const packet = new Uint8Array(length);
  const rate = await best(bytes, async () => {
    missing = Math.floor(bytes / length);
    const all = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    for (let n = missing; n > 0; n--) peer.send(0, packet, 'reliable');
    await all;
  });
  await client.close();
  await server.close();
  return rate;
}

const bare = await bareDatagrams(16 * MEBIBYTE);
console.log(`${'node:dgram, 64 KiB bursts'.padEnd(34)} ${bare.toFixed(1).padStart(7)} MiB/s  1.00`);
for (const [name, bytes, length] of [
  ['one reliable packet of 1 MiB', MEBIBYTE, MEBIBYTE],
  ['one reliable packet of 4 MiB', 4 * MEBIBYTE, 4 * MEBIBYTE],
  ['16 reliable packets of 1 MiB', 16 * MEBIBYTE, MEBIBYTE],
  ['reliable packets of 1 KiB', 16 * MEBIBYTE, 1024],
] as const) {
  const rate = await reliablePackets(bytes, length);
  console.log(`${name.padEnd(34)} ${rate.toFixed(1).padStart(7)} MiB/s  ${(rate / bare).toFixed(2)}`);
}
