import { Option } from 'commander';
import { type DialectName, dialects } from '../wire/dialect.ts';

/** What each kind of place is, for people who choose one to try. */
const kinds: Readonly<Record<DialectName, string>> = {
  documented: 'as the wire protocol is published: answers everything, forgives everything',
  v1: 'the reference server of protocol 1: no tracks, no further entities, no clock channel',
  v2: 'the reference server of protocol 2: sound for everyone, silence instead of errors',
  v3: 'the reference server of protocol 3: 5 states a second, sound for who subscribes',
  alloplace: 'the server in Elixir, protocol 3: checks who speaks, sends publications back',
  v4: 'the reference server of protocol 4: other channels, versions enforced',
};

const names = Object.keys(dialects);

/** `--dialect NAME`: the kind of place that is opened. */
export function placeDialectOption(): Option {
  return new Option('--dialect <name>', 'the kind of place to be, quirks included')
    .choices(names)
    .default('documented');
}

/** What each choice means, below the options. */
export const placeDialectHelp = [
  '',
  'Dialects:',
  ...Object.entries(kinds).map(([name, kind]) => `  ${name.padEnd(10)}  ${kind}`),
  '',
  'A packet that a real place of the chosen kind would crash on is told of, and its sender disconnected.',
].join('\n');
