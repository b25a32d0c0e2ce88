import type { Config } from '../config/schema.ts';

/** The same configuration with outputs taken as they are found: a daemon before this one left them so on purpose. */
export function keepingOutputs(config: Config): Config {
  const things = config.things.map((thing) =>
    thing.driver === 'gpio' && thing.direction === 'out' ? { ...thing, on_start: 'keep' as const } : thing,
  );
  return { ...config, things };
}
