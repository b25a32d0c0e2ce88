import type { Piece } from './concave.ts';

/** The lower edge of a cloud of points: of the many, the few that a straight line from below can touch. */
export class Envelope {
  readonly #x: number[] = [];
  readonly #y: number[] = [];

  /** Points come in the order of their x. */
  add(x: number, y: number): void {
    const xs = this.#x;
    const ys = this.#y;
    for (let last = xs.length - 1; last > 0; last--) {
      const x0 = xs[last - 1]!;
      const y0 = ys[last - 1]!;
      const turnsUp = (ys[last]! - y0) * (x - x0) < (y - y0) * (xs[last]! - x0);
      if (turnsUp) break;
      xs.pop();
      ys.pop();
    }
    xs.push(x);
    ys.push(y);
  }

  /**
   * Height, where x is 0, of the highest line of this `gradient` that has no point below it.
   * As a function of the gradient it is concave.
   */
  support(gradient: number): Piece {
    let value = Number.POSITIVE_INFINITY;
    let touched = 0;
    for (let i = 0; i < this.#x.length; i++) {
      const x = this.#x[i]!;
      const height = this.#y[i]! - gradient * x;
      if (height < value) {
        value = height;
        touched = x;
      }
    }
    return { value, slope: -touched };
  }
}
