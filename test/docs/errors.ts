import { agentFaults } from '../../agent/embedded-place/faults.ts';
import { enetErrors } from '../../agent/enet/errors.ts';
import { errors } from '../../agent/errors.ts';
import { rejections } from '../../agent/wire/rejection.ts';
import { deviceErrors } from '../../devices/errors.ts';
import { cell } from './generated.ts';

export interface ErrorTable {
  readonly file: string;
  readonly title: string;
  readonly about: string;
  readonly errors: Readonly<Record<string, { readonly meaning: string; readonly mend: string }>>;
}

export const errorTables: readonly ErrorTable[] = [
  {
    file: 'agent/errors.ts',
    title: 'The agent',
    about: 'What keeps the appliance from running, joining, or doing what somebody in the place asks of it.',
    errors,
  },
  {
    file: 'devices/errors.ts',
    title: 'Devices',
    about: 'Faults of things. The log and the readings show them; the thing tries again by itself.',
    errors: deviceErrors,
  },
  {
    file: 'agent/wire/rejection.ts',
    title: 'Packets',
    about: 'Why a packet was not understood. It is dropped and counted; the connection goes on.',
    errors: rejections,
  },
  {
    file: 'agent/enet/errors.ts',
    title: 'The transport',
    about: 'What `allo-agent/enet` throws; the agent itself tells people of it in words of its own.',
    errors: enetErrors,
  },
  {
    file: 'agent/embedded-place/faults.ts',
    title: 'The embedded place',
    about:
      'What agents do that `allo-agent place` does not take. It is counted, and where it can be, answered.',
    errors: agentFaults,
  },
];

/** docs/errors.md, from the tables the program itself prints from. */
export function errorsDocument(): string {
  const sections = errorTables.map(({ title, about, errors }) => {
    const rows = Object.entries(errors)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, { meaning, mend }]) => `| \`${code}\` | ${cell(meaning)} | ${cell(mend)} |`);
    return `## ${title}\n\n${about}\n\n| Code | Meaning | Mend |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  return `${head}\n${sections.join('\n')}`;
}

const head = `<!-- Written from the error tables in the sources: UPDATE_DOCS=1 npx vitest run test/docs -->
# Errors

Every error has a code that stays the same from version to version. Logs carry it as \`code\`, commands print it in
brackets behind what happened. A repeating fault is logged at most once a minute for each code and thing: the newest,
with \`suppressed\`, how many there were besides, and \`ago_s\`, how many seconds ago it happened.

Exit status of every command: 0 done, 1 failed, 2 bad usage, 78 bad configuration.
`;
