import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { AssetStage } from '../../test/support/asset-stage.ts';
import { parseConfig } from '../config/load.ts';
import type { Dial } from '../connection/connection.ts';
import { dialects } from '../wire/dialect.ts';
import { composeDaemon } from './daemon.ts';

/** What the daemon of a configuration asks of a place where somebody beside it speaks, about tracks. */
async function askedAboutTracks(section: string): Promise<string[]> {
  const stage = await AssetStage.open(dialects.v3);
  const { time } = stage;
  const anna = await stage.join('Anna', {
    avatar: { transform: { matrix: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] } },
  });
  const track = anna.tracks.outgoing('avatar');
  await time.advance(1_000);

  const asked: string[] = [];
  const dial: Dial = async (...call) => {
    const end = await stage.network.dial(...call);
    const send = end.send.bind(end);
    end.send = (channel, data, reliable) => {
      const text = new TextDecoder().decode(data);
      if (text.includes('media_track')) asked.push(text);
      return send(channel, data, reliable);
    };
    return end;
  };
  const config = parseConfig(`place: { url: "alloplace://place", dialect: v3 }\n${section}`, 'config.yaml');
  const daemon = await composeDaemon(config, pino({ level: 'silent' }), time, { dial });
  onTestFinished(async () => {
    const stopped = daemon.stop();
    await stage.soon(stopped);
  });
  await stage.soon(daemon.start());
  await stage.until(() => daemon.session.status.state === 'joined');
  for (let n = 0; n < 250; n++) {
    track.send(new Uint8Array([0xf8, 0xff, 0xfe, 0, 0, 0]));
    await time.advance(20);
  }
  const seen = [...daemon.session.world.entities.values()];
  expect(seen.filter(({ components }) => components.live_media)).toHaveLength(1);
  return asked;
}

it('a daemon with a speaker asks for the track of who is near', async () => {
  expect(await askedAboutTracks('speaker: { backend: simulated }')).toEqual([
    expect.stringMatching(/"media_track",\d+,"subscribe"/),
  ]);
});

it.each([
  ['no speaker', ''],
  ['one that is muted', 'speaker: { backend: simulated, muted: true }'],
  ['one that is to play nobody', 'speaker: { backend: simulated, play: nobody }'],
])('a daemon with %s asks for no track at all', async (_what, section) => {
  expect(await askedAboutTracks(section)).toEqual([]);
});
