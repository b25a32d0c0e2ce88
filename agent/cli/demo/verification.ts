/** One thing the demo promises to show, and what was seen of it. */
export interface Part {
  readonly promise: string;
  /** What was seen, with figures; undefined until it was. */
  evidence: string | undefined;
}

/** What must have happened for the demo to have worked. Evidence comes from the visitor's side of the place. */
export class Verification {
  readonly joined: Part = part('joined the place');
  readonly clock: Part = part('clock synchronised');
  readonly readings: Part = part('readings received by a second visitor');
  readonly write: Part = part('a write made in the world seen on the output');
  readonly audio: Part = part('Opus from the track decoded, and not silent');

  get parts(): readonly Part[] {
    return [this.joined, this.clock, this.readings, this.write, this.audio];
  }

  get complete(): boolean {
    return this.parts.every(({ evidence }) => evidence !== undefined);
  }

  /** A line for each part: a tick or a cross, the promise, the evidence. */
  report(): string {
    const width = Math.max(...this.parts.map(({ promise }) => promise.length));
    return this.parts
      .map(
        ({ promise, evidence }) =>
          `${evidence === undefined ? '✗' : '✓'} ${promise.padEnd(width)}  ${evidence ?? 'not seen'}`,
      )
      .join('\n');
  }
}

function part(promise: string): Part {
  return { promise, evidence: undefined };
}
