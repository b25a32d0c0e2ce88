import { styleText } from 'node:util';
import type { SeenProperty, SeenTrack, Survey } from './visit/survey.ts';
import { formatAge, formatValue, printable } from './visit/value.ts';

/** All that is shown of a place. */
export interface WorldPicture {
  /** What the place calls itself; undefined before it was joined. */
  readonly placeName: string | undefined;
  readonly url: string;
  /** How the session stands, for people: `joined`, `lost; trying again`. */
  readonly status: string;
  /** The place's clock now, seconds, and how far off that may be, ms. */
  readonly clock: { readonly now: number; readonly boundMs: number } | undefined;
  readonly survey: Survey;
  readonly entities: number;
  /** Packets a second, by track id, of tracks that are heard; undefined where only subscribers would hear them. */
  readonly heard: ReadonlyMap<number, number> | undefined;
}

/** The place as lines: its properties with values and ages, by appliance, then tracks, then who else is there. */
export function drawWorld(picture: WorldPicture): string[] {
  const { survey } = picture;
  const appliances = new Map<string, SeenProperty[]>();
  for (const property of survey.properties) {
    const id = property.appliance.entityId;
    appliances.set(id, [...(appliances.get(id) ?? []), property]);
  }
  const shown = new Set([...appliances.keys(), ...survey.tracks.map(({ root }) => root.entityId)]);
  const others = survey.roots.filter(({ entityId }) => !shown.has(entityId));
  return [
    titleLine(picture),
    clockLine(picture),
    ...[...appliances.values()].flatMap((properties) => ['', ...applianceLines(properties, picture)]),
    ...(survey.tracks.length > 0 ? [''] : []),
    ...survey.tracks.map((track) => trackLine(track, picture)),
    ...(others.length > 0
      ? ['', dim(`  also here: ${others.map(({ name }) => printable(name)).join(', ')}`)]
      : []),
  ];
}

function titleLine({ placeName, url, status, entities }: WorldPicture): string {
  const name = placeName ? printable(placeName) : 'a place';
  return `${styleText('bold', name)}   ${url}   ${status}   ${entities} entities`;
}

function clockLine({ clock }: WorldPicture): string {
  if (!clock) return dim('  clock not known yet');
  return dim(`  clock ${clock.now.toFixed(3)} s ± ${clock.boundMs.toFixed(2)} ms`);
}

function applianceLines(properties: readonly SeenProperty[], { clock }: WorldPicture): string[] {
  const { name, entityId } = properties[0]!.appliance;
  const keyWidth = Math.max(...properties.map(({ key }) => key.length));
  const rows = properties.map((property) => propertyLine(property, keyWidth, clock?.now));
  return [`  ${styleText('bold', printable(name))} ${dim(entityId)}`, ...rows];
}

function propertyLine(property: SeenProperty, keyWidth: number, now: number | undefined): string {
  const { key, value, unit, time, quality, writable, simulated, entityId } = property;
  const lamp = value === true ? styleText('yellow', '●') : value === false ? '○' : ' ';
  const good = quality === undefined || quality === 'good';
  const shown = `${formatValue(value, unit)}${good ? '' : ` (${printable(quality)})`}`.padEnd(18);
  const age = formatAge(now === undefined || time === undefined ? undefined : now - time);
  const notes = [writable ? 'writable' : '', simulated ? 'simulated' : '', entityId].filter(
    (note) => note !== '',
  );
  return `    ${lamp} ${printable(key).padEnd(keyWidth)}  ${good ? shown : styleText('red', shown)}  ${age.padStart(6)}  ${dim(notes.join(', '))}`;
}

function trackLine({ id, entityId, root }: SeenTrack, { heard }: WorldPicture): string {
  const sound = heard ? `  ${soundOf(heard.get(id))}` : '';
  return `  ♪ track ${id} of ${printable(root.name)}${sound}  ${dim(entityId)}`;
}

function soundOf(rate = 0): string {
  return rate > 0 ? styleText('green', `${rate.toFixed(0)} packets/s`) : 'silent';
}

const dim = (text: string) => styleText('dim', text);
