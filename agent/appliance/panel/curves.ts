import type { Time } from '../../time/time.ts';
import { type History, hasValue } from '../history/history.ts';
import type { CountedReading } from '../property.ts';
import type { Part } from './components.ts';
import { Curve, curveSpan } from './curve.ts';
import { curveGeometry } from './curve-shape.ts';
import type { Row } from './row.ts';
import { shownStep } from './words.ts';

/** A curve is drawn anew at most so often, ms; of many, each less often. */
const drawnEvery = 15_000;
const drawnApart = 600;
/** Points of a curve: as many as can be told apart, fewer where there are many rows; too few tell nothing. */
const mostPoints = 40;
const leastPoints = 8;
/** What the geometry of all rows may come to, and what a row without its curve and a point of a curve do; bytes. */
const bytesOfRows = 58_000;
const bytesOfRow = 650;
const bytesOfPoint = 31;
/** Less than so many of the least differences that are shown is no course, but noise. */
const leastSteps = 8;
/** Readings asked of the history for one curve. */
const recalled = 5_000;

interface Drawn {
  readonly row: Row;
  readonly curve: Curve;
  latest: number;
  due: number;
}

/** The curves of all rows that have one. */
export class Curves {
  readonly #curves: ReadonlyMap<string, Drawn>;

  /** `rowCount`: of all rows, those without a curve among them. */
  constructor(rows: readonly Row[], rowCount: number) {
    const left = bytesOfRows - rowCount * bytesOfRow;
    const affordable = Math.floor(left / Math.max(1, rows.length) / bytesOfPoint);
    const points = Math.min(mostPoints, affordable);
    const drawn = points < leastPoints ? [] : rows;
    this.#curves = new Map(
      drawn.map((row) => [row.property.key, { row, curve: new Curve(points), latest: 0, due: 0 }]),
    );
  }

  add(key: string, { value, quality, time }: CountedReading): void {
    const drawn = this.#curves.get(key);
    if (!drawn || typeof value !== 'number' || quality === 'fault') return;
    drawn.curve.add(time, value);
    drawn.latest = value;
  }

  isDrawn(key: string): boolean {
    return (this.#curves.get(key)?.due ?? 0) > 0;
  }

  /** What was read before this start, or this connection. Never rejects: a history that is busy is left alone. */
  async recall(history: Pick<History, 'between'>, time: Time): Promise<void> {
    for (const [key, { curve }] of this.#curves) {
      const now = time.now();
      const past = await history.between(key, now - curveSpan, now, recalled).catch(() => undefined);
      for (const reading of past?.readings ?? [])
        if (hasValue(reading) && typeof reading.value === 'number') curve.add(reading.time, reading.value);
    }
  }

  /** Those that are to be drawn anew. */
  due(now: number): readonly Part[] {
    const every = Math.max(drawnEvery, this.#curves.size * drawnApart);
    const parts: Part[] = [];
    for (const drawn of this.#curves.values()) {
      if (now < drawn.due) continue;
      const { row, curve, latest } = drawn;
      const runs = curve.runs(now, leastSteps * shownStep(latest, row.property.description));
      if (runs.length === 0) continue;
      drawn.due = now + every;
      const { width, height } = row.fields.graphic;
      parts.push(row.curvePart(curveGeometry(runs, width, height)));
    }
    return parts;
  }
}
