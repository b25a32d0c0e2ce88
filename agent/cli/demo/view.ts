import { styleText } from 'node:util';

/** One property as a visitor sees it in the place. */
export interface Row {
  readonly title: string;
  readonly value: boolean | number | string | undefined;
  readonly unit: string | undefined;
  readonly quality: string;
  readonly note: string;
  /** Key to press to switch it; undefined where it cannot be switched. */
  readonly key: string | undefined;
  /** Newest numbers, oldest first; empty where the value is no number. */
  readonly curve: readonly number[];
}

/** All that the demo's screen shows. */
export interface Scene {
  readonly place: string;
  readonly status: string;
  /** Offset of the place's clock from ours and its bound, ms. */
  readonly clock: { readonly offset: number; readonly bound: number; readonly roundTrip: number } | undefined;
  readonly rows: readonly Row[];
  readonly audio: { readonly source: string; readonly packets: number; readonly dbfs: number | undefined };
  readonly news: readonly string[];
  readonly secondsLeft: number | undefined;
}

const bars = '▁▂▃▄▅▆▇█';
const curveWidth = 32;
const meterWidth = 24;
const quietest = -60;

/** The screen as lines. */
export function drawScene(scene: Scene): string[] {
  const titleWidth = Math.max(12, ...scene.rows.map(({ title }) => title.length));
  return [
    `${bold('allo-agent demo')}   ${scene.place}   ${scene.status}`,
    clockLine(scene.clock),
    '',
    ...scene.rows.map((row) => rowLine(row, titleWidth)),
    '',
    audioLine(scene.audio),
    '',
    ...scene.news.map((line) => dim(`  ${line}`)),
    '',
    keyLine(scene),
  ];
}

/** Numbers as a curve of block characters, scaled to their own range. */
export function sparkline(numbers: readonly number[]): string {
  const low = Math.min(...numbers);
  const range = Math.max(...numbers) - low || 1;
  return numbers.map((number) => bars[Math.round(((number - low) / range) * (bars.length - 1))]).join('');
}

function clockLine(clock: Scene['clock']): string {
  if (!clock) return dim('  clock: waiting for the first answer');
  const { offset, bound, roundTrip } = clock;
  return `  clock offset ${signed(offset)} ms ± ${bound.toFixed(3)} ms   round trip ${roundTrip.toFixed(2)} ms`;
}

function rowLine({ title, value, unit, quality, note, key, curve }: Row, width: number): string {
  const lamp = value === true ? styleText('yellow', '●') : value === false ? '○' : ' ';
  const shown =
    typeof value === 'boolean' ? (value ? 'on' : 'off') : `${number(value)}${unit ? ` ${unit}` : ''}`;
  const faded = quality === 'good' ? shown.padEnd(14) : styleText('red', `${shown} (${quality})`.padEnd(14));
  const shape =
    curve.length > 1
      ? styleText('cyan', sparkline(curve.slice(-curveWidth)).padEnd(curveWidth))
      : ' '.repeat(curveWidth);
  return `  ${lamp} ${title.padEnd(width)}  ${faded}  ${shape}  ${key ? bold(`[${key}]`) : '   '} ${dim(note)}`;
}

function audioLine({ source, packets, dbfs }: Scene['audio']): string {
  const share = Math.max(0, Math.min(1, 1 - (dbfs ?? quietest) / quietest));
  const filled = Math.round(share * meterWidth);
  const meter = styleText('green', '█'.repeat(filled)) + dim('░'.repeat(meterWidth - filled));
  const level = dbfs === undefined ? 'silent' : `${dbfs.toFixed(1)} dBFS`;
  return `  ♪ microphone  ${meter}  ${level.padEnd(11)} ${dim(`${packets} Opus packets decoded, ${source}`)}`;
}

function keyLine({ rows, secondsLeft }: Scene): string {
  const keys = rows.flatMap(({ key, title }) => (key ? [`${key} ${title.toLowerCase()}`] : []));
  const end = secondsLeft === undefined ? 'q ends' : `q ends, else in ${Math.ceil(secondsLeft)} s`;
  return `  ${[...keys, end].join(' · ')}`;
}

function number(value: Row['value']): string {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(1);
  return value === undefined ? '–' : String(value);
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

const bold = (text: string) => styleText('bold', text);
const dim = (text: string) => styleText('dim', text);
