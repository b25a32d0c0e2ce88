import { type DiscoverReport, type Found, formatFound, formatOnlyOne } from './discover-report.ts';

/** Drivers of sensors that are the machine's own: reading them takes nothing from anybody. */
const ownSensors = new Set(['system', 'thermal']);

const head = `\
# allo-agent: what this machine is in the virtual place. All keys: /usr/share/doc/allo-agent/configuration.md
# After a change:  allo-agent check   and then   systemctl restart allo-agent
`;

/**
 * A whole configuration to begin with: the place, and the sensors of the machine itself. Everything else that was
 * found stands in comments: what switches or listens is a person's to turn on.
 */
export function startingConfig({ found }: DiscoverReport, placeUrl: string): string {
  const things = found.filter(({ section, config }) => section === 'things' && config !== '');
  const sensors = things.filter(({ driver }) => ownSensors.has(driver));
  const lines = things.filter(({ driver }) => driver === 'gpio');
  const others = things.filter((thing) => !sensors.includes(thing) && !lines.includes(thing));
  return [
    `${head}\nplace:\n  url: ${JSON.stringify(placeUrl)}\n`,
    '\n# display_name: Greenhouse   # default: the name of this machine\n',
    `\nthings:${sensors.length > 0 ? '' : ' []'}\n`,
    ...sensors.map((sensor) => formatFound(sensor)),
    others.length > 0 ? '\n  # Found, too:\n' : '',
    ...others.map((thing) => commented(formatFound(thing))),
    outputAndInput(lines),
    soundSection('microphone', 'What people in the place hear', found),
    soundSection('speaker', 'What is heard here of the place', found),
    '\n# access:\n#   write: anyone            # or nobody\n',
  ].join('');
}

/** An output and an input to start from, with the first lines of these names that are free. */
function outputAndInput(lines: readonly Found[]): string {
  if (lines.length === 0) return '';
  const names = lines.map(({ name }) => name).filter((name) => /^GPIO\d+$/.test(name));
  const free = names.length > 0 ? `  # Free GPIO lines: ${names.join(', ')}.\n` : '';
  const [output = lines[0]!, input = lines[1] ?? output] = ['GPIO17', 'GPIO27'].flatMap(
    (name) => lines.find((line) => line.name === name) ?? [],
  );
  const switched = input.config === output.config ? [] : [described(input, 'door', ['bias: pull-up'])];
  const lamp = described(output, 'lamp', ['on_stop: off']).replace('direction: in', 'direction: out');
  return `\n${free}  # \`allo-agent discover\` shows every line. An output and an input, to be made true:\n${[lamp, ...switched].join('')}`;
}

/** A line as a thing of that id, in comments, with keys of its direction. */
function described(line: Found, id: string, keys: readonly string[]): string {
  const [, ...body] = formatFound(line).trimEnd().split('\n');
  const named = body.map((text) => text.replace(/- id: .*/, `- id: ${id}`));
  return commented([...named, ...keys.map((key) => `    ${key}`), ''].join('\n'));
}

function soundSection(section: 'microphone' | 'speaker', what: string, found: readonly Found[]): string {
  const text = formatOnlyOne(section, found).trim();
  return text === '' ? '' : `\n# ${what}:\n${text.replace(/^/gm, '# ')}\n`;
}

/** What stands under `things:`, as comments that keep their place there. */
function commented(text: string): string {
  return text.replace(/^ {2}(?:# )?/gm, '  # ');
}
