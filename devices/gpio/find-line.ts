import { DeviceError } from '../errors.ts';
import type { ChipDescription, LineAddress, LineDescription } from './backend.ts';

/** Label of a chip, or its name where it has none. */
export function chipTitle(chip: ChipDescription): string {
  return chip.label || chip.name;
}

/** `GPIO17 on pinctrl-bcm2711`; `line 5 on gpiochip2` where the line has no name. */
export function lineTitle(chip: ChipDescription, line: LineDescription): string {
  return `${line.name || `line ${line.offset}`} on ${chipTitle(chip)}`;
}

/** The line an address means. Throws a `DeviceError` that says what there is instead. */
export function findLine<Chip extends ChipDescription>(
  chips: readonly Chip[],
  address: LineAddress,
): { chip: Chip; line: LineDescription } {
  if (chips.length === 0) throw new DeviceError('ALLO_E_GPIO_NONE', 'the machine has no GPIO chip');
  const searched = address.chip === undefined ? chips : chipsCalled(chips, address.chip);
  const found = searched.flatMap((chip) =>
    chip.lines.filter((line) => isMeant(line, address.line)).map((line) => ({ chip, line })),
  );
  const [first, second] = found;
  if (first && !second) return first;
  if (first) {
    const places = found.map(({ chip, line }) => `line ${line.offset} of ${chip.name} (${chipTitle(chip)})`);
    throw new DeviceError(
      'ALLO_E_GPIO_LINE',
      `${titleOf(address.line)} is not the only one of its name: ${places.join(', ')}; say which with \`chip\``,
    );
  }
  throw new DeviceError(
    'ALLO_E_GPIO_LINE',
    `there is no ${titleOf(address.line)}; there is ${searched.map(describeLines).join('; ')}`,
  );
}

function chipsCalled<Chip extends ChipDescription>(chips: readonly Chip[], wanted: string): readonly Chip[] {
  const name = wanted.replace(/^\/dev\//, '');
  const called = chips.filter((chip) => chip.name === name || chip.label === name);
  if (called.length > 0) return called;
  throw new DeviceError(
    'ALLO_E_GPIO_LINE',
    `there is no GPIO chip ${wanted}; there is ${chips.map((chip) => `${chip.name} (${chip.label || 'no label'})`).join(', ')}`,
  );
}

function isMeant(line: LineDescription, wanted: string | number): boolean {
  return typeof wanted === 'number' ? line.offset === wanted : line.name !== '' && line.name === wanted;
}

function titleOf(wanted: string | number): string {
  return typeof wanted === 'number' ? `line ${wanted}` : `GPIO line ${wanted}`;
}

/** `pinctrl-bcm2711 with lines 0 to 57: ID_SDA, ID_SCL, GPIO2 to GPIO27` */
function describeLines(chip: ChipDescription): string {
  const names = runs(chip.lines.map((line) => line.name).filter((name) => name !== ''));
  const span = chip.lines.length === 0 ? 'no lines' : `lines 0 to ${chip.lines.length - 1}`;
  return `${chipTitle(chip)} with ${span}${names.length > 0 ? `: ${names.join(', ')}` : ''}`;
}

/** Names in order, those that count up drawn together: `GPIO2 to GPIO27`. */
function runs(names: readonly string[]): string[] {
  const result: { first: string; last: string }[] = [];
  for (const name of names) {
    const run = result.at(-1);
    if (run && follows(run.last, name)) run.last = name;
    else result.push({ first: name, last: name });
  }
  return result.map(({ first, last }) => (first === last ? first : `${first} to ${last}`));
}

function follows(before: string, name: string): boolean {
  const match = /^(.*?)(\d+)$/.exec(before);
  return match !== null && `${match[1]}${Number(match[2]) + 1}` === name;
}
