/** Running totals and gauges by name; the name ends in the unit where there is one: `rss_mib`. */
export type Counters = Readonly<Record<string, number>>;

/** What each room counts, read only when somebody asks. */
export class Metrics {
  readonly #sources = new Map<string, () => Counters>();

  /** `room` names the source in every snapshot. Returns what takes it out again. */
  add(room: string, read: () => Counters): () => void {
    this.#sources.set(room, read);
    return () => void this.#sources.delete(room);
  }

  snapshot(): Record<string, Counters> {
    return Object.fromEntries([...this.#sources].map(([room, read]) => [room, read()]));
  }
}

/** What the process costs, since it began. */
export function processCounters(): Counters {
  const { user, system } = process.cpuUsage();
  return {
    uptime_s: Math.round(process.uptime()),
    cpu_ms: Math.round((user + system) / 1e3),
    rss_mib: Math.round(process.memoryUsage.rss() / 2 ** 20),
  };
}
