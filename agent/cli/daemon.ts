import { hostname } from 'node:os';
import { createThing } from '../../devices/index.ts';
import { microphoneDriver } from '../../devices/microphone/driver.ts';
import type { Microphone } from '../../devices/microphone/microphone.ts';
import type { MicrophoneConfig } from '../../devices/microphone/schema.ts';
import { speakerDriver } from '../../devices/speaker/driver.ts';
import type { SpeakerConfig } from '../../devices/speaker/schema.ts';
import type { Speaker } from '../../devices/speaker/speaker.ts';
import { Appliance } from '../appliance/appliance.ts';
import { AvatarModel } from '../appliance/avatar-model.ts';
import type { History } from '../appliance/history/history.ts';
import { MicrophoneTrack } from '../appliance/microphone-track.ts';
import type { OutputMemory } from '../appliance/outputs/memory.ts';
import { avatarComponents } from '../appliance/panel/avatar.ts';
import { choiceOf } from '../appliance/speaker-choice.ts';
import { SpeakerTracks } from '../appliance/speaker-tracks.ts';
import { openOpus } from '../audio/open-opus.ts';
import { TrackEncoder } from '../audio/track-encoder.ts';
import type { Config } from '../config/schema.ts';
import type { Dial } from '../connection/connection.ts';
import { dialEnet } from '../connection/enet.ts';
import { parsePlaceUrl } from '../connection/place-url.ts';
import type { PlaceClock } from '../place/clock/place-clock.ts';
import { AVATAR } from '../place/own-entities.ts';
import { PlaceSession } from '../place/session.ts';
import type { Log } from '../service/log.ts';
import { type Counters, Metrics, processCounters } from '../service/metrics.ts';
import type { Time } from '../time/time.ts';
import { accessPolicy } from './access-policy.ts';
import { dialectNamed, rememberedDialects } from './dialect.ts';
import { logSession } from './session-log.ts';

/** Everything that runs, put together from a configuration. */
export interface Daemon {
  readonly appliance: Appliance;
  readonly session: PlaceSession;
  readonly microphone: Microphone | undefined;
  readonly speaker: Speaker | undefined;
  readonly metrics: Metrics;
  /** Takes the hardware and begins to join the place; neither failing is fatal. */
  start(): Promise<void>;
  /** Outputs into their `on_stop` state unless they are to be kept, out of the place, hardware released. */
  stop(options?: { keepOutputs: boolean }): Promise<void>;
}

/** What a daemon finds, beside its configuration. */
export interface Circumstances {
  /** What readings are kept in; by default the newest are, in memory. */
  historyFor?(config: Config, session: PlaceSession, time: Time, log: Log): History;
  /** Where outputs are remembered; by default they are not. */
  readonly outputMemory?: OutputMemory;
  /** Why it was told to leave its devices alone, where it was: the panel says so. */
  readonly safeMode?: string | undefined;
  /** How the place is reached; by default over UDP. */
  readonly dial?: Dial;
}

export async function composeDaemon(
  config: Config,
  log: Log,
  time: Time,
  { historyFor, outputMemory, safeMode, dial = dialEnet }: Circumstances = {},
): Promise<Daemon> {
  const metrics = new Metrics();
  metrics.add('process', processCounters);
  const session = composeSession(config, log, time, dial);
  metrics.add('session', () => Object.fromEntries(session.counters.entries()));
  metrics.add('clock', () => clockFigures(session.clock, time));

  const placeUrl = config.place.url;
  const microphone = config.microphone && microphoneDriver.create(config.microphone, time);
  const sound = microphone && (await composeSound(config.microphone!, microphone, session, metrics, log));
  const speaker = config.speaker && speakerDriver.create(config.speaker, time);
  const played = speaker && (await composePlaying(config.speaker!, speaker, session, log, time));
  if (played) metrics.add('tracks played', () => played.counters);
  const things = config.things.map((thing) => createThing(thing, time));
  if (microphone) things.push(microphone);
  if (speaker) things.push(speaker);
  for (const thing of things)
    if (thing.counters) metrics.add(`thing ${thing.id}`, () => thing.counters ?? {});
  const access = accessPolicy(config);
  const model =
    config.avatar.model === undefined ? undefined : new AvatarModel(session, config.avatar.model, log);
  const history = historyFor?.(config, session, time, log);
  const appliance = new Appliance({
    session,
    things,
    access,
    time,
    log,
    placeUrl,
    ...(history && { history }),
    ...(outputMemory && { outputMemory }),
    hangs: model !== undefined,
    safeMode,
  });
  if (history) metrics.add('history', () => history.counters);
  metrics.add('appliance', () => ({ readingsDropped: appliance.publisher.dropped }));

  return {
    appliance,
    session,
    microphone,
    speaker,
    metrics,
    start() {
      logSession(session, placeUrl, log);
      sound?.start();
      played?.start();
      void model?.start();
      return appliance.start();
    },
    async stop(options) {
      await appliance.stop(options);
      sound?.stop();
      played?.stop();
      model?.stop();
    },
  };
}

/** How the clock of the place is known; nothing while it is not. */
function clockFigures(clock: PlaceClock, time: Time): Counters {
  const now = time.now();
  const placeTime = clock.placeTime(now);
  if (placeTime === undefined) return {};
  return { offset_ms: placeTime * 1e3 - now, bound_ms: clock.errorBound(now) * 1e3 };
}

function composeSession(
  { place, display_name, avatar }: Config,
  log: Log,
  time: Time,
  dial: Dial,
): PlaceSession {
  const displayName = display_name ?? hostname();
  const { position, rotation_y: rotationY } = avatar;
  return new PlaceSession({
    address: parsePlaceUrl(place.url),
    dialect: dialectNamed(place.dialect),
    memory: rememberedDialects((err) => log.debug({ err }, 'the dialect of the place cannot be remembered')),
    identity: { displayName },
    avatar: avatarComponents(displayName, { position, rotationY }),
    dial,
    time,
  });
}

/** From the microphone to a track of the avatar's. Without libopus the microphone shows its level, and why it is not heard. */
async function composeSound(
  config: MicrophoneConfig,
  microphone: Microphone,
  session: PlaceSession,
  metrics: Metrics,
  log: Log,
): Promise<MicrophoneTrack | undefined> {
  try {
    const { binding, note } = await openOpus();
    log.info({ opus: binding.name, note }, 'encoding the microphone');
    const { frame_ms: frameMs, expected_loss: expectedLoss, ...settings } = config;
    const encoder = new TrackEncoder({ ...settings, frameMs, expectedLoss }, binding);
    metrics.add('sound', () => ({ ...encoder.counters }));
    return new MicrophoneTrack(microphone, encoder, session.tracks.outgoing(AVATAR));
  } catch (err) {
    log.error({ err, thing: microphone.id }, 'the microphone cannot be heard');
    microphone.setTrackFault('libopus could not be loaded');
    return undefined;
  }
}

/** From the tracks that are chosen to the speaker. Without libopus it stays silent, and shows why. */
async function composePlaying(
  { play, within }: SpeakerConfig,
  speaker: Speaker,
  session: PlaceSession,
  log: Log,
  time: Time,
): Promise<SpeakerTracks | undefined> {
  try {
    const { binding } = await openOpus();
    return new SpeakerTracks({ speaker, session, binding, choose: choiceOf(play, within), time, log });
  } catch (err) {
    log.error({ err, thing: speaker.id }, 'the speaker plays nothing');
    speaker.setSourceFault('libopus could not be loaded');
    return undefined;
  }
}
