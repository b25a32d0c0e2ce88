import { periodSamples } from '../../devices/speaker/pcm-sink.ts';
import type { Speaker } from '../../devices/speaker/speaker.ts';
import { Mixer } from '../audio/mixer.ts';
import type { OpusBinding } from '../audio/opus.ts';
import type { TrackDecoderCounters } from '../audio/track-decoder.ts';
import { AVATAR } from '../place/own-entities.ts';
import { positionOf } from '../place/scene.ts';
import type { PlaceSession } from '../place/session.ts';
import type { Following } from '../place/tracks.ts';
import type { Cancel, Time } from '../time/time.ts';
import type { Log } from './log.ts';
import { type Choose, type ChosenTrack, MOST_PLAYED } from './speaker-choice.ts';
import { SpeakerVoice } from './speaker-voice.ts';

/** How often is looked who is to be played, ms: people walk, and change their names. */
const lookEveryMs = 500;

export interface SpeakerTracksOptions {
  readonly speaker: Speaker;
  readonly session: PlaceSession;
  readonly binding: OpusBinding;
  readonly choose: Choose;
  readonly time: Time;
  readonly log: Log;
}

/** Counts that make sense over several tracks. */
type Summed = Exclude<keyof TrackDecoderCounters, 'depthMs' | 'lagMs'>;

/** Carries what is chosen of the sound of the place to the speaker. Never our own: that would be an echo. */
export class SpeakerTracks {
  readonly #options: SpeakerTracksOptions;
  readonly #mixer = new Mixer(periodSamples);
  /** By number of the track. */
  readonly #voices = new Map<number, SpeakerVoice>();
  /** What became of packets of tracks that are played no more. */
  readonly #past = { packets: 0, broken: 0, dropped: 0, concealedMs: 0, recoveredMs: 0 };
  /** Chosen no more; each fades for one period. */
  readonly #leaving = new Set<SpeakerVoice>();
  #carriers: ReadonlyMap<string, number> = new Map();
  #following: Following | undefined;
  #cancelLook: Cancel = () => undefined;
  #forgetSession: Cancel = () => undefined;

  constructor(options: SpeakerTracksOptions) {
    this.#options = options;
  }

  /**
   * What became of the packets of all tracks since the start, as `TrackDecoderCounters` has it. Of those played now
   * each is told of by itself as well, under names such as `track 7 lagMs`.
   */
  get counters(): Readonly<Record<string, number>> {
    const totals = { ...this.#past };
    const each: Record<string, number> = {};
    for (const [trackId, { counters }] of this.#voices) {
      if (!counters) continue;
      addTo(totals, counters);
      for (const [name, count] of Object.entries(counters)) each[`track ${trackId} ${name}`] = count;
    }
    return { ...totals, ...each };
  }

  start(): void {
    const { speaker, session } = this.#options;
    this.#forgetSession = session.observe({ lost: () => this.#release() });
    speaker.playFrom({ next: () => this.#next(), audible: (on) => (on ? this.#follow() : this.#unfollow()) });
  }

  stop(): void {
    this.#forgetSession();
    this.#unfollow();
  }

  #follow(): void {
    const { session, log } = this.#options;
    this.#following ??= session.tracks.follow(
      (carriers) => {
        this.#carriers = carriers;
        this.#become(this.#chosen());
        return this.#voices.keys();
      },
      {
        packet: (payload, arrivedAtMs, trackId) => this.#hear(payload, arrivedAtMs, trackId),
        failed: ({ code, message: reason }, trackId) =>
          log.warn({ code, trackId, reason }, 'a track cannot be played'),
      },
    );
    this.#lookSoon();
  }

  #unfollow(): void {
    this.#cancelLook();
    this.#following?.stop();
    this.#following = undefined;
    this.#release();
  }

  #lookSoon(): void {
    this.#cancelLook();
    this.#cancelLook = this.#options.time.after(lookEveryMs, () => {
      const chosen = this.#chosen();
      const same = chosen.length === this.#voices.size && chosen.every((track) => this.#plays(track));
      if (same) this.#become(chosen);
      else this.#following?.reconsider();
      this.#lookSoon();
    });
  }

  #chosen(): readonly ChosenTrack[] {
    const { session, choose } = this.#options;
    // The world of a place that was lost still shows who was there.
    if (session.status.state !== 'joined') return [];
    const { entities } = session.world;
    const avatar = entities.get(session.entities.id(AVATAR) ?? '');
    return choose({
      entities,
      carriers: this.#carriers,
      here: avatar && positionOf(avatar, entities),
      isPlayed: (trackId) => this.#voices.has(trackId),
    });
  }

  #plays({ trackId, entityId }: ChosenTrack): boolean {
    return this.#voices.get(trackId)?.entityId === entityId;
  }

  /** A voice for each that is chosen, and for nobody else. */
  #become(chosen: readonly ChosenTrack[]): void {
    const { binding, log, speaker } = this.#options;
    const staying = new Set(chosen.filter((track) => this.#plays(track)).map(({ trackId }) => trackId));
    for (const [trackId, voice] of this.#voices)
      if (!staying.has(trackId)) {
        this.#voices.delete(trackId);
        this.#fade(voice);
      }
    for (const track of chosen) {
      const { trackId, gain } = track;
      const failed = (err: unknown) => log.warn({ err, trackId }, 'a track cannot be decoded');
      const voice = this.#voices.get(trackId) ?? new SpeakerVoice(track, binding, failed);
      voice.setGain(gain);
      this.#voices.set(trackId, voice);
    }
    speaker.setPlaying(this.#voices.size);
  }

  #hear(payload: Uint8Array, arrivedAtMs: number, trackId: number): void {
    const voice = this.#voices.get(trackId);
    voice?.push(payload, arrivedAtMs);
    if (voice?.active) this.#options.speaker.wake();
  }

  #next(): Int16Array | undefined {
    const now = this.#options.time.now();
    for (const voice of [...this.#voices.values(), ...this.#leaving]) voice.addTo(this.#mixer, now);
    this.#closeLeaving();
    return this.#mixer.take();
  }

  /** Nobody is heard any more in what they said last; bounded, for a device that takes nothing. */
  #fade(voice: SpeakerVoice): void {
    if (voice.active && this.#leaving.size < MOST_PLAYED) {
      voice.setGain(0);
      this.#leaving.add(voice);
    } else this.#close(voice);
  }

  #closeLeaving(): void {
    for (const voice of this.#leaving) this.#close(voice);
    this.#leaving.clear();
  }

  #close(voice: SpeakerVoice): void {
    const { counters } = voice;
    if (counters) addTo(this.#past, counters);
    voice.close();
  }

  /** Nobody is played until somebody is chosen again. */
  #release(): void {
    for (const voice of this.#voices.values()) this.#close(voice);
    this.#voices.clear();
    this.#closeLeaving();
    this.#options.speaker.setPlaying(0);
  }
}

function addTo(totals: Record<Summed, number>, counts: Readonly<Record<Summed, number>>): void {
  for (const name of Object.keys(totals) as Summed[]) totals[name] += counts[name];
}
