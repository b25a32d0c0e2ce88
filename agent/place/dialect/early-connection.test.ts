import { beforeEach, describe, expect, it } from 'vitest';
import type { Closed, Connection, ConnectionEvents } from '../../connection/connection.ts';
import { Counters } from '../../counters.ts';
import type { SessionCounters } from '../counters.ts';
import { EarlyConnection, MOST_EARLY_BYTES, MOST_EARLY_PACKETS } from './early-connection.ts';

let there: ConnectionEvents;
let counters: SessionCounters;
let early: EarlyConnection;
let heard: string[];

const owner: ConnectionEvents = {
  packet: (channel, data) => void heard.push(`${channel}: ${data.join()}`),
  closed: ({ by, code }: Closed) => void heard.push(`closed ${by} ${code}`),
};

beforeEach(() => {
  heard = [];
  counters = new Counters();
  const connection: Connection = {
    channelCount: 5,
    remote: 'garden:1',
    queued: 0,
    open(events) {
      there = events;
    },
    send: () => true,
    close: () => {},
  };
  early = new EarlyConnection(connection, counters);
});

const say = (channel: number, ...bytes: number[]) => there.packet(channel, new Uint8Array(bytes));

describe('a connection that nobody owns yet', () => {
  it('gives its owner what came before, then what comes, in order', async () => {
    say(0, 1);
    say(1, 2);
    early.open(owner);
    expect(heard).toEqual([]);
    await undefined;
    say(0, 3);
    there.closed({ by: 'remote', code: 1000 });
    expect(heard).toEqual(['0: 1', '1: 2', '0: 3', 'closed remote 1000']);
  });

  it('tells its owner that it has ended already', async () => {
    say(0, 1);
    there.closed({ by: 'timeout', code: 0 });
    expect(early.closed).toEqual({ by: 'timeout', code: 0 });
    early.open(owner);
    await undefined;
    expect(heard).toEqual(['0: 1', 'closed timeout 0']);
  });

  it('shows everything to who watches, before and after there is an owner, and first', async () => {
    early.watcher = { packet: (channel) => void heard.push(`watched ${channel}`) };
    say(0, 1);
    early.open(owner);
    await undefined;
    say(1, 2);
    expect(heard).toEqual(['watched 0', '0: 1', 'watched 1', '1: 2']);
  });

  it('keeps a bounded number of packets, and counts the rest', async () => {
    for (let n = 0; n < MOST_EARLY_PACKETS + 3; n++) say(0, 1);
    early.open(owner);
    await undefined;
    expect(heard).toHaveLength(MOST_EARLY_PACKETS);
    expect(counters.entries()).toEqual([['ALLO_E_PLACE_EARLY', 3]]);
  });

  it('keeps a bounded number of bytes, and what is small still has room', async () => {
    there.packet(0, new Uint8Array(MOST_EARLY_BYTES - 1));
    there.packet(0, new Uint8Array(2));
    say(1, 7);
    early.open({ ...owner, packet: (channel) => void heard.push(`${channel}`) });
    await undefined;
    expect(heard).toEqual(['0', '1']);
    expect(counters.entries()).toEqual([['ALLO_E_PLACE_EARLY', 1]]);
  });
});
