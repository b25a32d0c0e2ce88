/** A line as the kernel tells it in `/sys/kernel/debug/gpio`. */
export interface LineState {
  readonly holder: string;
  readonly output: boolean;
  readonly high: boolean;
}

/** Finds a line by label of its chip and its offset. Undefined where nobody holds it. */
export function lineState(listing: string, chip: string, offset: number): LineState | undefined {
  let wanted: number | undefined;
  for (const line of listing.split('\n')) {
    const head = /^gpiochip\d+: (?:GPIOs (\d+)-\d+|(\d+) GPIOs)/.exec(line);
    // Linux 6.16 and newer count from the chip's first line.
    if (head) wanted = line.includes(chip) ? Number(head[1] ?? 0) + offset : undefined;
    const told = /^\s*gpio-(\d+)\s+\(([^|]*)\|?([^)]*)\)\s+(in|out)\s+(hi|lo)/.exec(line);
    if (told && Number(told[1]) === wanted)
      return { holder: told[3]!.trim(), output: told[4] === 'out', high: told[5] === 'hi' };
  }
  return undefined;
}
