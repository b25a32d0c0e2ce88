import type { LogFormat } from './log-sink.ts';

/** How one line of pino's JSON is written in `format`. `level` is pino's number. */
export function formatLine(json: string, level: number, format: LogFormat): string {
  if (format === 'json') return json;
  if (format === 'journal') return `<${priority(level)}>${json}`;
  return formatText(json);
}

/** Priorities of syslog, as sd-daemon(3) takes them before a line. */
function priority(level: number): number {
  if (level >= 60) return 2;
  if (level >= 50) return 3;
  if (level >= 40) return 4;
  return level >= 30 ? 6 : 7;
}

function formatText(json: string): string {
  const { level, time, msg, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const rest = Object.entries(fields)
    .map(
      ([key, value]) =>
        ` ${key}=${typeof value === 'string' && /^\S+$/.test(value) ? value : JSON.stringify(value)}`,
    )
    .join('');
  const line = `${String(time).slice(11, 23)} ${String(level).padEnd(5)} ${String(msg ?? '')}${rest}`;
  return `${line.replace(control, '�')}\n`;
}

/** What comes from the network must not drive a terminal. */
const control = /\p{Cc}/gu;
