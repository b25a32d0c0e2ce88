import type { Rectangle } from './layout.ts';
import { lineHeight, widthOf } from './lettering.ts';
import type { Measures } from './measures.ts';
import { lostWord } from './row-state.ts';

/** Where the parts of a row are, from its middle. */
export interface RowFields {
  readonly title: Rectangle;
  readonly note: Rectangle;
  /** The same where there is no curve beside it, and `lostWord` for a value. */
  readonly wideNote: Rectangle;
  readonly value: Rectangle;
  readonly graphic: Rectangle;
  /** What is written over all of it when a poke was refused. */
  readonly refusal: Rectangle;
  readonly lamp: { readonly x: number; readonly y: number; readonly radius: number };
}

/** What the room between title and value is for: a curve or bar, more title, or more value. */
export type Middle = 'graphic' | 'title' | 'value';

/** As much of where a value is written as `muted` takes up, the longest word for what is on or off. */
const shareOfWord = 0.72;

export function rowFields({ row, text, valueWidth, graphic }: Measures, middle: Middle): RowFields {
  const left = -row.width / 2 + row.gutter;
  const right = row.width / 2 - row.padding;
  const valueRoom = {
    graphic: valueWidth,
    title: shareOfWord * valueWidth,
    value: valueWidth + graphic.gap + graphic.width,
  }[middle];
  const valueLeft = right - valueRoom;
  const graphicLeft = valueLeft - graphic.gap - graphic.width;
  const titleRight = (middle === 'graphic' ? graphicLeft : valueLeft) - graphic.gap;
  const titleLine = text.title * lineHeight;
  const noteLine = text.note * lineHeight;
  const half = (titleLine + noteLine) / 2;
  const column = (end: number) => ({ x: (left + end) / 2, width: end - left });
  const note = { y: noteLine / 2 - half, height: noteLine };
  const refusalWidth = row.width - 2 * row.gutter;
  return {
    title: { ...column(titleRight), y: half - titleLine / 2, height: titleLine },
    note: { ...column(titleRight), ...note },
    wideNote: { ...column(right - widthOf(lostWord) * text.value - graphic.gap), ...note },
    value: { x: (valueLeft + right) / 2, y: 0, width: valueRoom, height: text.value * lineHeight },
    graphic: { x: graphicLeft + graphic.width / 2, y: 0, width: graphic.width, height: graphic.height },
    refusal: { x: 0, y: 0, width: refusalWidth, height: row.height },
    lamp: { x: (left - row.width / 2) / 2, y: 0, radius: row.lampRadius },
  };
}
