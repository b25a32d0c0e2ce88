/** How big everything is, metres. Text sizes are heights of the component `text`. */
export interface Measures {
  readonly row: {
    readonly width: number;
    readonly height: number;
    readonly gap: number;
    readonly radius: number;
    /** From an end of the row to what is written in it. */
    readonly padding: number;
    /** From the left end to the title; the lamp is in it. */
    readonly gutter: number;
    readonly lampRadius: number;
    readonly lampEdges: number;
    /** Edges that make up a round corner. */
    readonly cornerSteps: number;
  };
  readonly columnGap: number;
  readonly text: { readonly title: number; readonly note: number; readonly value: number };
  /** Where a value is written, at the right end. */
  readonly valueWidth: number;
  /** A curve or a bar, left of the value. */
  readonly graphic: { readonly width: number; readonly height: number; readonly gap: number };
}

/** Of a panel that people would hang up at home. */
export const roomy: Measures = {
  row: {
    width: 0.62,
    height: 0.072,
    gap: 0.006,
    radius: 0.01,
    padding: 0.016,
    gutter: 0.042,
    lampRadius: 0.0075,
    lampEdges: 14,
    cornerSteps: 3,
  },
  columnGap: 0.012,
  text: { title: 0.0275, note: 0.02, value: 0.033 },
  valueWidth: 0.165,
  graphic: { width: 0.115, height: 0.04, gap: 0.014 },
};

/** Of one with many rows. */
export const compact: Measures = {
  row: {
    width: 0.45,
    height: 0.056,
    gap: 0.004,
    radius: 0.008,
    padding: 0.011,
    gutter: 0.031,
    lampRadius: 0.006,
    lampEdges: 8,
    cornerSteps: 2,
  },
  columnGap: 0.01,
  text: { title: 0.0215, note: 0.018, value: 0.025 },
  valueWidth: 0.128,
  graphic: { width: 0.08, height: 0.03, gap: 0.01 },
};

/** Of one with so many rows that round corners would be too much to send. */
export const plainest: Measures = { ...compact, row: { ...compact.row, lampEdges: 4, cornerSteps: 1 } };

/** The measures of a panel with so many rows. */
export function measuresFor(rows: number): Measures {
  return rows <= 24 ? roomy : rows <= 80 ? compact : plainest;
}

/** What is the same on every panel. */
export const body = {
  margin: 0.018,
  radius: 0.016,
  depth: 0.02,
  header: 0.074,
  name: 0.042,
  stripHeight: 0.003,
  footer: 0.068,
  status: 0.02,
  /** From the lower edge to the last line. */
  foot: 0.012,
  /** A panel is no higher, for as long as it need not be wider than a room. */
  tallest: 1.2,
} as const;

/** Along z, from the middle of the name plate: the rows stand out from the frame. */
export const depth = {
  frame: -0.004,
  /** In front of a row: its lamp, bar and curve. */
  graphic: 0.002,
  /** How far a row goes back while it is pressed; its collider stays before that of the frame. */
  travel: 0.003,
  /** So much of its size is left then, for those who see it from the front: one update shows both. */
  pressedScale: 0.97,
  /** How far the face of a row goes back, into the frame, while a refusal is in its place. */
  hidden: 0.016,
  /** How thick a row is to whoever points at it; its middle is the row's own. */
  rowCollider: 0.007,
} as const;
