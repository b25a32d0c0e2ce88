import { describe, expect, it } from 'vitest';
import { decodeAsset, LONGEST_ASSET_PACKET } from '../../agent/wire/asset.ts';
import { decodeClock } from '../../agent/wire/clock.ts';
import { type Dialect, dialects } from '../../agent/wire/dialect.ts';
import { decodeIntent } from '../../agent/wire/intent.ts';
import { decodeInteraction } from '../../agent/wire/interaction.ts';
import { decodeMedia } from '../../agent/wire/media.ts';
import type { Outcome } from '../../agent/wire/rejection.ts';
import { decodeState } from '../../agent/wire/state.ts';
import { bytesOf, type ChannelUse, everything, type RecordedPacket, recorded, useOf } from './recording.ts';

type Decode = (bytes: Uint8Array, dialect: Dialect) => Outcome<unknown>;

const fromPlace: Record<ChannelUse, Decode> = {
  state: decodeState,
  interactions: decodeInteraction,
  assets: decodeAsset,
  media: decodeMedia,
  clock: decodeClock,
};

/** What a place hears, which the embedded place has to take too. */
const fromAgent: Record<ChannelUse, Decode> = { ...fromPlace, state: decodeIntent };

/** One recorded agent answered with more than a chunk of an asset, as it had been asked to; ours never does. */
function isOverlong({ dir, len }: RecordedPacket): boolean {
  return dir === 'c2s' && len > LONGEST_ASSET_PACKET;
}

describe.each(recorded)('in the recordings of %s', (name) => {
  const packets = everything(name).map((packet) => ({ packet, use: useOf(name, packet.channel) }));

  it.each([
    ['a place sent', 's2c', fromPlace],
    ['an agent sent', 'c2s', fromAgent],
  ] as const)('everything %s is understood', (_who, direction, decoders) => {
    const refused: unknown[] = [];
    let understood = 0;
    for (const { packet, use } of packets) {
      if (packet.dir !== direction || !use || isOverlong(packet)) continue;
      const outcome = decoders[use](bytesOf(packet), dialects[name]);
      if (outcome.ok) understood++;
      else refused.push({ use, ...outcome, packet });
    }
    expect(refused).toEqual([]);
    expect(understood).toBeGreaterThan(5);
  });

  it('a place sends on no channel that the dialect does not name', () => {
    const { channels }: Dialect = dialects[name];
    const others = packets.filter(({ packet, use }) => packet.dir === 's2c' && !use);
    // The agent has no use for pictures: they are counted and dropped.
    expect(others.filter(({ packet }) => packet.channel !== channels.video)).toEqual([]);
  });

  it('nothing a place sent ends otherwise than the dialect says', () => {
    const { packetEnd } = dialects[name];
    const texts = packets.flatMap(({ packet: { dir, text } }) => (dir === 's2c' && text ? [text] : []));
    for (const text of texts) expect(text.endsWith('\n')).toBe(packetEnd === '\n');
  });
});
