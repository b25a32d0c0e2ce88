/**
 * What one patch may cost, so that no place can stall the agent or grow its memory out of proportion to what
 * it sent: a few bytes can copy a large value, RFC 6902 even thousands of times.
 */
export class PatchBudget {
  readonly #nodes: number;
  #left: number;

  /** `nodes`: values visited, and items or members of containers copied. */
  constructor(nodes: number) {
    this.#nodes = nodes;
    this.#left = nodes;
  }

  get spent(): number {
    return this.#nodes - this.#left;
  }

  /** False once more was spent than there was. */
  spend(nodes: number): boolean {
    this.#left -= nodes;
    return this.#left >= 0;
  }
}
