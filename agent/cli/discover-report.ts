import type { Discovered } from '../../devices/driver.ts';

/** One piece of hardware, the driver that found it, and where in the configuration its lines belong. */
export interface Found extends Discovered {
  readonly driver: string;
  readonly section: 'things' | 'microphone' | 'speaker';
}

/** What `discover` found; `--json` prints it as it is. */
export interface DiscoverReport {
  readonly found: readonly Found[];
  /** Drivers that looked, and found nothing of theirs. */
  readonly nothing: readonly string[];
  readonly failed: readonly { readonly driver: string; readonly reason: string }[];
}

/** The report as a configuration in the making: YAML to paste from, what was found in comments above its lines. */
export function formatDiscovered({ found, nothing, failed }: DiscoverReport): string {
  const things = found.filter(({ section }) => section === 'things');
  return [
    `# Found on this machine: ${countKinds(found) || 'nothing that allo-agent has a driver for'}.\n`,
    nothing.length > 0 ? `# Nothing for: ${nothing.join(', ')}.\n` : '',
    ...failed.map(({ driver, reason }) => `# The ${driver} driver could not look: ${reason}\n`),
    found.length > 0 ? advice : '',
    things.length > 0 ? `\nthings:\n${things.map((thing) => formatFound(thing)).join('')}` : '',
    formatOnlyOne('microphone', found),
    formatOnlyOne('speaker', found),
  ].join('');
}

const advice =
  '# Keep what you want, and say which place to join. `allo-agent check` looks whether it fits.\n' +
  '\n# place: { url: alloplace://HOST }\n';

function countKinds(found: readonly Found[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of found) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}${count === 1 ? '' : 's'}`).join(', ');
}

/** One piece of hardware as lines under its section. */
export function formatFound({ kind, name, detail, config }: Found, commented = false): string {
  const about = `  # ${kind} ${name}${detail ? `: ${detail}` : ''}\n`;
  const lines = config.split('\n').filter((line) => line.trim() !== '');
  const margin = Math.min(...lines.map((line) => line.search(/\S/)));
  return about + lines.map((line) => `  ${commented ? '# ' : ''}${line.slice(margin)}\n`).join('');
}

/** There is one microphone, and one speaker: the first is offered, the others stand in comments. */
export function formatOnlyOne(section: 'microphone' | 'speaker', found: readonly Found[]): string {
  const candidates = found.filter((one) => one.section === section);
  if (candidates.length === 0) return '';
  return `\n${section}:\n${candidates.map((one, index) => formatFound(one, index > 0)).join('')}`;
}
