import type { WriteStream } from 'node:tty';
import { Command } from 'commander';
import type { Entity } from '../../place/world.ts';
import { Screen } from '../demo/screen.ts';
import { aborted } from '../interruption.ts';
import { drawWorld } from '../world-view.ts';
import { type CommonOptions, forOption, jsonOption, timeoutOption, type VisitContext } from './context.ts';
import { propertyIn, rootOf } from './survey.ts';
import { formatValue, printable } from './value.ts';
import { type Visitor, visit } from './visitor.ts';

/** How often the picture is drawn anew, ms. */
const REDRAW = 250;

interface LookOptions extends CommonOptions {
  /** ms */
  readonly for?: number;
}

/** What `visit URL` does by itself: a live picture on a terminal, elsewhere a line for every change. */
export function lookCommand(context: VisitContext): Command {
  return new Command('look')
    .summary('show the place live; what `visit URL` does by itself')
    .addOption(forOption('end after so many seconds; else at Ctrl-C'))
    .addOption(jsonOption())
    .addOption(timeoutOption())
    .action((options: LookOptions) => visit(context, options, (visitor) => look(context, visitor, options)));
}

async function look(context: VisitContext, visitor: Visitor, options: LookOptions): Promise<void> {
  const { terminal } = context.output;
  const enough = new AbortController();
  const cancel = options.for === undefined ? () => {} : context.time.after(options.for, () => enough.abort());
  const stop = terminal && !options.json ? draw(context, visitor, terminal) : tell(context, visitor, options);
  await aborted(AbortSignal.any([enough.signal, context.signal]));
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
    const heard = [...packets].map(
      ([track, times]) => [track, times.filter((at) => at > now - 1000).length] as const,
    );
    screen.draw(
      drawWorld({
        placeName: session.status.placeName,
        url,
        status: session.status.error?.message ?? session.status.state,
        clock:
          placeTime === undefined
            ? undefined
            : { now: placeTime, boundMs: session.clock.errorBound(now) * 1000 },
        survey: visitor.survey,
        entities: session.world.entities.size,
        heard: new Map(heard),
      }),
    );
    cancel = time.after(REDRAW, redraw);
  };
  redraw();
  return () => {
    cancel();
    deaf();
    screen.close();
  };
}

/** One change in the place, for a line of text or JSON. */
interface Change {
  readonly change: 'joined' | 'lost' | 'property' | 'gone' | 'track' | 'entity';
  readonly [detail: string]: unknown;
}

function tell({ output, time }: VisitContext, visitor: Visitor, { json }: LookOptions): () => void {
  const { session } = visitor;
  const say = (change: Change, text: string) => {
    const placeTime = session.clock.placeTime(time.now());
    const at = placeTime?.toFixed(3) ?? '–';
    output.line(json ? JSON.stringify({ ...change, at: placeTime ?? null }) : `${at}  ${printable(text)}`);
  };
  const joined = (placeName: string) => say({ change: 'joined', place: placeName }, `joined ${placeName}`);
  const property = (entity: Entity) => {
    const seen = propertyIn(entity, rootOf(entity, session.world.entities));
    if (!seen) return;
    const { key, thing, name, value = null, unit = null, quality = null, appliance } = seen;
    const told = {
      appliance: appliance.name,
      thing,
      property: name,
      value,
      unit,
      quality,
      entity: entity.id,
    };
    const notes = quality === null || quality === 'good' ? '' : ` (${quality})`;
    say(
      { change: 'property', ...told },
      `${appliance.name}/${key}  ${formatValue(value, seen.unit)}${notes}`,
    );
  };
  const appeared = (entity: Entity) => {
    const { property: isProperty, live_media: media } = entity.components;
    if (isProperty) property(entity);
    if (media) track(entity);
    if (isProperty || media) return;
    const { name, entityId } = rootOf(entity, session.world.entities);
    if (entityId === entity.id) say({ change: 'entity', entity: entity.id, name }, `${name} is here`);
  };
  const track = (entity: Entity) => {
    const { name } = rootOf(entity, session.world.entities);
    const media = entity.components.live_media ?? null;
    say(
      { change: 'track', entity: entity.id, appliance: name, media },
      `${name}  track ${JSON.stringify(media)}`,
    );
  };
  joined(session.status.placeName ?? '');
  for (const entity of session.world.entities.values()) appeared(entity);
  const undo = [
    session.observe({
      joined: ({ placeName }) => joined(placeName),
      lost: ({ message, code }) => say({ change: 'lost', code, message }, `lost: ${message}`),
    }),
    session.world.observe({
      entityAdded: appeared,
      entityChanged: (entity, names) => {
        if (names.includes('property')) property(entity);
        if (names.includes('live_media')) track(entity);
      },
      entityRemoved: ({ id }) => say({ change: 'gone', entity: id }, `${id} is gone`),
    }),
  ];
  return () => {
    for (const stop of undo) stop();
  };
}
