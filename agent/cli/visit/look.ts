import type { WriteStream } from 'node:tty';
import { Command } from 'commander';
import type { PlaceStatus } from '../../place/status.ts';
import { Screen } from '../demo/screen.ts';
import { aborted } from '../interruption.ts';
import { jsonOption } from '../options.ts';
import { drawWorld } from '../world-view.ts';
import { type Change, changeOf, followChanges } from './changes.ts';
import { type CommonOptions, forOption, timeoutOption, type VisitContext } from './context.ts';
import { type PictureOptions, pictureOptions } from './picture/options.ts';
import type { Survey } from './survey.ts';
import { followTold } from './told.ts';
import { printable } from './value.ts';
import { type Visitor, visit } from './visitor.ts';

/** How often the picture is drawn anew, ms. */
const redrawEvery = 250;

interface LookOptions extends CommonOptions {
  /** ms */
  readonly for?: number;
}

/** What stands for no command at all. */
export const lookName = 'look';

/** What `visit URL` does by itself: a live picture on a terminal, elsewhere a line for every change. */
export function lookCommand(context: VisitContext): Command {
  const command = new Command(lookName)
    .summary('show the place live; what `visit URL` does by itself')
    .addOption(forOption('end after so many seconds; else at Ctrl-C'))
    .addOption(jsonOption())
    .addOption(timeoutOption());
  for (const option of pictureOptions()) command.addOption(option);
  return command.action(async (options: LookOptions | PictureOptions) => {
    if ('of' in options && !('picture' in options)) command.error('error: --of goes with --picture');
    if (!('picture' in options)) return visit(context, options, (visitor) => look(context, visitor, options));
    // What draws is needed by nothing else.
    const { takePicture } = await import('./picture/take.ts');
    return visit(context, options, (visitor) => takePicture(context, visitor, options));
  });
}

async function look(context: VisitContext, visitor: Visitor, options: LookOptions): Promise<void> {
  const { terminal } = context.output;
  const enough = new AbortController();
  const cancel = options.for === undefined ? () => {} : context.time.after(options.for, () => enough.abort());
  const stop = terminal && !options.json ? draw(context, visitor, terminal) : tell(context, visitor, options);
  await aborted(enough.signal, context.signal);
  cancel();
  stop();
}

function draw({ url, time }: VisitContext, visitor: Visitor, terminal: WriteStream): () => void {
  const { session } = visitor;
  const screen = new Screen(terminal);
  const packets = new Map<number, number[]>();
  const deaf = session.tracks.onPacket((track, _payload, at) => {
    packets.set(track, [...(packets.get(track) ?? []), at].slice(-200));
  });
  let cancel = () => {};
  const redraw = () => {
    const now = time.now();
    const placeTime = session.clock.placeTime(now);
    const rates = [...packets].map(
      ([track, times]) => [track, times.filter((at) => at > now - 1000).length] as const,
    );
    const everyoneHears = session.dialect?.mediaTo === 'everyone';
    screen.draw(
      drawWorld({
        placeName: session.status.placeName,
        url,
        status: statusOf(session.status),
        clock:
          placeTime === undefined
            ? undefined
            : { now: placeTime, boundMs: session.clock.errorBound(now) * 1000 },
        survey: withoutSelf(visitor),
        entities: session.world.entities.size,
        heard: everyoneHears ? new Map(rates) : undefined,
      }),
    );
    cancel = time.after(redrawEvery, redraw);
  };
  redraw();
  const deafen = followTold(visitor, () => {});
  return () => {
    cancel();
    deafen();
    deaf();
    screen.close();
  };
}

function statusOf({ state, error, dialect }: PlaceStatus): string {
  return error?.message ?? (dialect === undefined ? state : `${state}, speaks ${dialect}`);
}

/** A visitor does not meet itself. */
function withoutSelf({ survey, session }: Visitor): Survey {
  const { avatarId } = session.status;
  return { ...survey, roots: survey.roots.filter(({ entityId }) => entityId !== avatarId) };
}

function tell({ output, time }: VisitContext, visitor: Visitor, { json }: LookOptions): () => void {
  const say = ({ what, detail, text }: Change) => {
    const at = visitor.session.clock.placeTime(time.now());
    const line = `${at?.toFixed(3) ?? '–'}  ${printable(text)}`;
    output.line(json ? JSON.stringify({ change: what, ...detail, at: at ?? null }) : line);
  };
  const stops = [followChanges(visitor, say), followTold(visitor, (property) => say(changeOf(property)))];
  return () => {
    for (const stop of stops) stop();
  };
}
