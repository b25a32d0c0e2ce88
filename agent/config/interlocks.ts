import type { ConfigDocument } from './document.ts';
import { formatPath, type Problem } from './problem.ts';
import { suggest } from './suggest.ts';

/** An output as it stands in the text, right or wrong. */
interface Member {
  readonly index: number;
  readonly id: unknown;
  readonly interlock: string;
  readonly thing: Readonly<Record<string, unknown>>;
}

/** Rules that would switch on more than one output of a group. */
const rules = ['on_start', 'on_disconnect', 'on_stop'] as const;

/** Interlock groups whose outputs could not all do as they are told, or that hold nothing apart. */
export function interlockConflicts(document: ConfigDocument): Problem[] {
  const groups = new Map<string, Member[]>();
  for (const member of membersOf(document))
    groups.set(member.interlock, [...(groups.get(member.interlock) ?? []), member]);
  return [...groups].flatMap(([name, members]) => [
    ...(members.length === 1 ? [alone(document, members[0]!, [...groups.keys()])] : []),
    ...rules.flatMap((rule) => together(document, name, members, rule)),
  ]);
}

function membersOf({ value }: ConfigDocument): Member[] {
  const { things } = Object(value) as { things?: unknown };
  return (Array.isArray(things) ? things : []).flatMap((entry: unknown, index): Member[] => {
    const thing = Object(entry) as Record<string, unknown>;
    const { id, interlock } = thing;
    return typeof interlock === 'string' ? [{ index, id, interlock, thing }] : [];
  });
}

function alone(document: ConfigDocument, { index, interlock }: Member, names: readonly string[]): Problem {
  const others = names.filter((name) => name !== interlock);
  const meant = suggest(interlock, others);
  return problemAt(
    document,
    ['things', index, 'interlock'],
    interlock,
    `no other output is in the interlock group ${interlock}`,
    meant === undefined
      ? 'Give the outputs that exclude each other the same interlock, or remove it.'
      : `Did you mean ${meant}?`,
  );
}

function together(
  document: ConfigDocument,
  name: string,
  members: readonly Member[],
  rule: (typeof rules)[number],
): Problem[] {
  const [first, ...others] = members.filter(({ thing }) => thing[rule] === 'on');
  if (!first) return [];
  const { line } = document.locate(['things', first.index, rule]);
  return others.map(({ index, id }) =>
    problemAt(
      document,
      ['things', index, rule],
      'on',
      `${String(id)} and ${String(first.id)} (line ${line}) both have ${rule}: on, and are in the interlock group ${name}`,
      `Leave ${rule}: on to one output of the group.`,
    ),
  );
}

function problemAt(
  document: ConfigDocument,
  path: readonly (string | number)[],
  value: string,
  problem: string,
  mend: string,
): Problem {
  const code = 'ALLO_E_CONFIG_CONFLICT';
  return {
    code,
    file: document.file,
    ...document.locate(path),
    path: formatPath(path),
    value,
    problem,
    mend,
  };
}
