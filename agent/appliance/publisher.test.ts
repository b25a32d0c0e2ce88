import { beforeEach, describe, expect, it } from 'vitest';
import { lamp, thermometer } from '../../test/support/scripted-thing.ts';
import { VirtualTime } from '../time/virtual-time.ts';
import { Property } from './property.ts';
import { Publisher } from './publisher.ts';

describe('the publisher', () => {
  let time: VirtualTime;
  let offset: number | undefined;
  let sent: { value: unknown; seq: number; placeTime: number | undefined }[];
  let publisher: Publisher;
  let property: Property;
  let taken: number;

  beforeEach(() => {
    time = new VirtualTime(1_000);
    offset = undefined;
    sent = [];
    publisher = new Publisher({
      time,
      stamp: (ms) => (offset === undefined ? undefined : { time: ms / 1e3 + offset }),
      send: (_, { value, seq }, { time }) => sent.push({ value, seq, placeTime: time }),
    });
    const thing = thermometer('board', () => time.now());
    property = new Property(thing, thing.properties[0]!);
    taken = 0;
  });

  function publish(value: number): void {
    publisher.publish(property, property.take({ value, time: time.now(), quality: 'good' }, ++taken));
  }

  it('sends at once when the time of the place is known', () => {
    offset = 100;
    publish(20);
    expect(sent).toEqual([{ value: 20, seq: 1, placeTime: 101 }]);
    expect(time.pending).toBe(0);
  });

  it('keeps readings until it is known, then sends them in order, stamped with when they were taken', async () => {
    publish(20);
    await time.advance(5_000);
    publish(21);
    expect(sent).toEqual([]);
    offset = 100;
    await time.advance(200);
    expect(sent).toEqual([
      { value: 20, seq: 1, placeTime: 101 },
      { value: 21, seq: 2, placeTime: 106 },
    ]);
  });

  it('drops and counts what waited longer than 30 s', async () => {
    publish(20);
    await time.advance(20_000);
    publish(21);
    await time.advance(15_000);
    offset = 100;
    publish(22);
    expect(sent.map(({ value }) => value)).toEqual([21, 22]);
    expect(publisher.dropped).toBe(1);
  });

  it('keeps the newest of a property however long the place is away, and sends it before what came later', async () => {
    const door = new Property(
      lamp('door', () => time.now()),
      lamp('door', () => time.now()).properties[0]!,
    );
    publish(20);
    publisher.publish(door, door.take({ value: true, time: time.now(), quality: 'good' }, 1));
    await time.advance(3_600_000);
    publish(21);
    offset = 100;
    await time.advance(200);
    expect(sent.map(({ value, placeTime }) => [value, placeTime])).toEqual([
      [true, 101],
      [21, 3_701],
    ]);
    expect(publisher.dropped).toBe(1);
    expect(time.pending).toBe(0);
  });

  it('holds a bounded number of them', () => {
    for (let i = 0; i < 12_000; i++) publish(i);
    expect(publisher.dropped).toBe(2_000);
    publisher.stop();
    expect(time.pending).toBe(0);
  });
});
