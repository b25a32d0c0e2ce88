import { lineHeight } from './lettering.ts';
import { body, type Measures, measuresFor } from './measures.ts';

/** Metres; `x` and `y` are its middle, y upwards. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where everything is, from the middle of the name plate, which is the origin of the avatar. */
export interface Layout {
  readonly measures: Measures;
  readonly columns: number;
  readonly frame: Rectangle;
  readonly name: Rectangle;
  readonly strip: Rectangle;
  /** In order, column after column. */
  readonly rows: readonly Rectangle[];
  /** Place and clock. */
  readonly status: Rectangle;
  /** What is wrong. */
  readonly trouble: Rectangle;
}

/** Width to height that panels of several columns come near to. */
const shapeliest = 1.3;

/** A panel with so many rows. */
export function layOut(count: number): Layout {
  const measures = measuresFor(count);
  const columns = columnsFor(count, measures);
  const perColumn = Math.ceil(count / columns);
  const { width, height } = sizeOf(columns, perColumn, measures);
  const { row, columnGap } = measures;
  const inside = width - 2 * body.margin;
  const top = body.header / 2;
  const frame = { x: 0, y: top - height / 2, width, height };
  const rows = Array.from({ length: count }, (_, n) => ({
    x: -inside / 2 + row.width / 2 + Math.floor(n / perColumn) * (row.width + columnGap),
    y: top - body.header - row.height / 2 - (n % perColumn) * (row.height + row.gap),
    width: row.width,
    height: row.height,
  }));
  const written = inside - 2 * row.padding;
  const line = body.status * lineHeight;
  const lowest = top - height + body.foot + line / 2;
  return {
    measures,
    columns,
    frame,
    name: { x: 0, y: 0, width: written, height: body.name * lineHeight },
    strip: { x: 0, y: top - body.header + 3 * body.stripHeight, width: inside, height: body.stripHeight },
    rows,
    status: { x: 0, y: lowest + line, width: written, height: line },
    trouble: { x: 0, y: lowest, width: written, height: line },
  };
}

/** As many as make the best shape of what is not too high; one more where even that is. */
function columnsFor(count: number, measures: Measures): number {
  let best = { columns: 1, badness: Number.POSITIVE_INFINITY };
  for (let columns = 1; columns <= Math.max(1, count); columns++) {
    const { width, height } = sizeOf(columns, Math.ceil(count / columns), measures);
    if (height > body.tallest) continue;
    const badness = Math.abs(Math.log(width / height / shapeliest));
    if (badness < best.badness) best = { columns, badness };
  }
  return best.columns;
}

function sizeOf(columns: number, perColumn: number, { row, columnGap }: Measures) {
  return {
    width: columns * row.width + (columns - 1) * columnGap + 2 * body.margin,
    height: body.header + perColumn * (row.height + row.gap) + body.footer,
  };
}
