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
  const { level, time, msg, err, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const rest = Object.entries(fields).map(([key, value]) => ` ${key}=${formatField(value)}`);
  const line = `${String(time).slice(11, 23)} ${String(level).padEnd(5)} ${String(msg ?? '')}${rest.join('')}`;
  return `${[line, ...formatError(err)].map((text) => text.replace(control, '�')).join('\n')}\n`;
}

function formatField(value: unknown): string {
  return typeof value === 'string' && /^[^\s"]+$/.test(value) ? value : JSON.stringify(value);
}

/** What happened and what to do, on lines of their own; only an unforeseen error comes with its stack. */
function formatError(err: unknown): string[] {
  if (err === undefined) return [];
  const { code, message, mend, stack } = Object(err) as Record<string, unknown>;
  if (typeof stack === 'string') return stack.split('\n');
  if (typeof message !== 'string') return [`    ${JSON.stringify(err)}`];
  return [`    ${message} (${String(code)})`, `    ${String(mend)}`];
}

/** What comes from the network must not drive a terminal. */
const control = /\p{Cc}/gu;
