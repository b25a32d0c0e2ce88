import { type Dialect, dialects } from '../../agent/wire/dialect.ts';
import { neverSent } from '../../agent/wire/never-sent.ts';
import { cell } from './generated.ts';

const rows: readonly [string, (dialect: Dialect) => unknown][] = [
  ['channels', ({ channels }) => channels.count],
  ['state and intents', ({ channels }) => channels.state],
  ['interactions', ({ channels }) => channels.interactions],
  ['assets', ({ channels }) => channels.assets],
  ['media', ({ channels }) => channels.media],
  ['clock', ({ channels }) => channels.clock],
  ['end of a packet', ({ packetEnd }) => (packetEnd === '' ? 'none' : 'newline')],
  ['clock fields', ({ clockFields }) => `\`${clockFields.client}\` \`${clockFields.server}\``],
  ['version announced', ({ announceVersion }) => announceVersion],
  ['another version is', ({ otherVersion }) => otherVersion],
  ['state before the announcement', ({ stateBeforeAnnounce }) => (stateBeforeAnnounce ? 'yes' : 'no')],
  ['state', ({ state }) => state],
  [
    'largest acknowledgement',
    ({ largestAcknowledgement }) => `2^${Math.log2(largestAcknowledgement + 1)} - 1`,
  ],
  ['entities of agents', ({ spawns }) => (spawns ? 'yes' : 'avatars only')],
  ['tracks', ({ trackRequest }) => trackRequest],
  ['media goes to', ({ mediaTo }) => mediaTo],
  ['publications are', ({ publications }) => publications],
  ['what is unknown is answered with', ({ refusals }) => refusals],
  ['sender checked', ({ senderChecked }) => (senderChecked ? 'yes' : 'no')],
];

/** What differs from dialect to dialect, from the table the program itself goes by. */
export function dialectsTable(): string {
  const all: readonly Dialect[] = Object.values(dialects);
  const lines = rows.map(([title, of]) => `| ${[title, ...all.map((d) => of(d) ?? '-')].join(' | ')} |`);
  const head = `| | ${all.map(({ name }) => name).join(' | ')} |\n| --- |${' --- |'.repeat(all.length)}`;
  return `${head}\n${lines.join('\n')}`;
}

/** Every rule of the exit, by sections of the protocol document. */
export function neverSentTable(): string {
  const rules = Object.values(neverSent) as { what: string; why: string; section: number; code?: string }[];
  const lines = rules
    .sort((a, b) => a.section - b.section)
    .map(({ what, why, section, code }) => {
      const counted = code === undefined ? 'mended' : `\`${code}\``;
      return `| ${section} | ${cell(what)} | ${cell(why)} | ${counted} |`;
    });
  return `| Section | Never sent | Why | Counted as |\n| --- | --- | --- | --- |\n${lines.join('\n')}`;
}
