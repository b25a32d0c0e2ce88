import { Command } from 'commander';
import { openOpus } from '../../audio/open-opus.ts';
import type { OpusBinding } from '../../audio/opus.ts';
import { WavWriter } from '../../audio/wav.ts';
import { AlloError } from '../../errors.ts';
import { isAskedAgain } from '../../place/incoming-tracks.ts';
import { aborted } from '../interruption.ts';
import { jsonOption } from '../options.ts';
import { type CommonOptions, forOption, timeoutOption, type VisitContext } from './context.ts';
import { findTrack } from './find.ts';
import { Recording, type SoundSink } from './recording.ts';
import { type Visitor, visit } from './visitor.ts';

/** Longest that a packet waits to be played, ms. */
const longestDelayMs = 600;

interface ListenOptions extends CommonOptions {
  readonly out: string;
  /** ms */
  readonly for?: number;
}

export function listenCommand(context: VisitContext): Command {
  return new Command('listen')
    .summary('record a track to a WAV file')
    .argument('<track>', 'its number, or the entity or appliance that carries it')
    .requiredOption('--out <file.wav>', 'where to write: 48 kHz, mono, 16 bits')
    .addOption(forOption('end after so many seconds of it; else at Ctrl-C'))
    .addOption(jsonOption())
    .addOption(timeoutOption())
    .action(async (name: string, options: ListenOptions) => {
      // Before joining: loading it takes a moment in which packets would pile up.
      const { binding } = await openOpus();
      await visit(context, options, (visitor) => listen(context, visitor, name, options, binding));
    });
}

async function listen(
  { output, time, signal }: VisitContext,
  visitor: Visitor,
  name: string,
  options: ListenOptions,
  opus: OpusBinding,
): Promise<void> {
  let track = (await visitor.find((survey) => findTrack(survey, name))).id;
  const wav = openFile(options.out);
  const enough = new AbortController();
  const end = () => enough.abort();
  let problem: AlloError | undefined;
  const fail = (error: AlloError) => {
    problem = error;
    end();
  };
  const put = (append: () => boolean) => {
    try {
      return append();
    } catch (error) {
      fail(unwritable(options.out, error));
      return false;
    }
  };
  const sink: SoundSink = {
    write: (samples) => put(() => wav.write(samples)),
    skip: (samples) => put(() => wav.skip(samples)),
  };
  const seconds = options.for === undefined ? undefined : options.for / 1000;
  const recording = new Recording(await opus.createDecoder(), sink, seconds);
  let cancel = time.after(options.timeout, end);
  // The same appliance has another track after it rejoined.
  const choose = () => {
    track = trackNow(visitor, name) ?? track;
    return [track];
  };
  const following = visitor.session.tracks.follow(choose, {
    packet(payload, arrivedAtMs) {
      if (enough.signal.aborted) return;
      const first = recording.began === undefined;
      recording.add(payload, arrivedAtMs);
      if (recording.complete) end();
      if (!first || recording.began === undefined) return;
      cancel();
      // What arrived by then is to be heard to its end.
      cancel = options.for === undefined ? () => {} : time.after(options.for + longestDelayMs, end);
    },
    failed: (error) => {
      if (!isAskedAgain(error)) fail(error);
    },
  });
  try {
    await aborted(enough.signal, signal);
    recording.end(time.now());
  } finally {
    cancel();
    following.stop();
    wav.close();
    recording.close();
  }
  if (problem) throw problem;
  const { packets, broken, concealedMs } = recording.counters;
  if (packets === 0) throw new AlloError('ALLO_E_VISIT_SILENT', `nothing was heard of track ${track}`);
  const { level } = recording;
  const heard = {
    track,
    file: options.out,
    seconds: recording.seconds,
    packets,
    broken,
    concealed: concealedMs / 1000,
    dbfs: Number.isFinite(level) ? level : null,
    full: recording.full,
  };
  const text = `${heard.seconds.toFixed(1)} s of track ${track} at ${level.toFixed(1)} dBFS, ${packets} packets, in ${options.out}`;
  const full = heard.full ? ', which is full: WAV holds no more than 12 hours' : '';
  output.line(options.json ? JSON.stringify(heard) : `${text}${full}`);
}

function openFile(path: string): WavWriter {
  try {
    return new WavWriter(path);
  } catch (error) {
    throw unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): AlloError {
  return new AlloError('ALLO_E_VISIT_FILE', `${path}: ${(error as Error).message}`, { cause: error });
}

function trackNow(visitor: Visitor, name: string): number | undefined {
  try {
    return findTrack(visitor.survey, name).id;
  } catch {
    return undefined;
  }
}
