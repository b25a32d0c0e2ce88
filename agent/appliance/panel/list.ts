import type { Components } from '../../wire/place-requests.ts';
import type { Property } from '../property.ts';
import { text } from './components.ts';
import { type Condition, isTroubled, troubleLine } from './condition.ts';
import { cutToFit } from './lettering.ts';
import { plain } from './letters.ts';
import { type RowState, shownValue } from './row-state.ts';
import { ageText, plainFullTitle, remainingText } from './words.ts';

/** Rows that are listed; of more, it is said how many there are. */
const mostListed = 24;
const height = 0.03;
const width = 0.8;

/** All rows as one text: what the avatar shows in places that take no entities beside it. Its first line is its name. */
export function listText(
  name: string,
  rows: readonly { readonly property: Property; readonly state: RowState }[],
  condition: Condition,
  now: number,
): Components {
  const lines = rows.slice(0, mostListed).map(({ property, state }) => lineOf(property, state, now));
  if (rows.length > mostListed) lines.push(`and ${rows.length - mostListed} more`);
  if (isTroubled(condition)) lines.push(troubleLine(condition, width / height));
  const fitting = lines.map((line) => cutToFit(line, width / height));
  return text([name, ...fitting].join('\n'), height, width, 'left');
}

function lineOf(property: Property, state: RowState, now: number): string {
  const { reading, offAt, touch } = state;
  const title = plainFullTitle(property);
  if (touch.refusal !== undefined) return `${title}: ${plain(touch.refusal)}`;
  const value = shownValue(property, state);
  const quality = reading?.quality ?? 'good';
  const notes = [
    property.thing.simulated ? 'simulated' : '',
    quality === 'good' || quality === value ? '' : quality,
    (offAt === undefined ? reading && ageText(now - reading.time) : remainingText(offAt - now)) ?? '',
  ].filter((note) => note !== '');
  return `${title}: ${value}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
}
