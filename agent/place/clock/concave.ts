/** A function made of straight pieces at one point: its value there, and its slope. */
export interface Piece {
  readonly value: number;
  readonly slope: number;
}

/** A concave function made of straight pieces. */
export type Concave = (at: number) => Piece;

/** More than a few dozen pieces ever need: every step lands on another piece. */
const maxSteps = 64;
const tolerance = 1e-9;

/** Where `f` is largest between `low` and `high`. The tangents of both sides are crossed until they meet on `f`. */
export function peak(f: Concave, low: number, high: number): number {
  let [left, right] = [low, high];
  let [l, r] = [f(left), f(right)];
  if (l.slope <= 0) return left;
  if (r.slope >= 0) return right;
  for (let step = 0; step < maxSteps; step++) {
    const middle = left + (r.value - l.value - r.slope * (right - left)) / (l.slope - r.slope);
    if (!(middle > left && middle < right)) break;
    const m = f(middle);
    if (m.slope === 0 || m.slope === l.slope || m.slope === r.slope) return middle;
    if (m.slope > 0) [left, l] = [middle, m];
    else [right, r] = [middle, m];
  }
  return l.value > r.value ? left : right;
}

/** The point nearest to `from` where `f` is not negative, as it is at `inside`. Newton's method, from without. */
export function edge(f: Concave, from: number, inside: number): number {
  let at = from;
  for (let step = 0; step < maxSteps; step++) {
    const { value, slope } = f(at);
    if (value >= -tolerance) return at;
    at -= value / slope;
  }
  return inside;
}
