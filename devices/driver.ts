import type { z } from 'zod';
import { DeviceError } from './errors.ts';
import type { DriverTime, Thing } from './thing.ts';

/** What `check` says of one configured thing. Probing switches nothing. */
export interface Probe {
  readonly ok: boolean;
  /** What was found, or what is missing: `GPIO17 on pinctrl-bcm2711, free`. */
  readonly detail: string;
  /** What to do about it, where it is not ok. */
  readonly mend?: string;
}

/** What a failure to find or use the hardware comes to; throws on what is no `DeviceError`. */
export function failedProbe(error: unknown): Probe {
  if (!(error instanceof DeviceError)) throw error;
  return { ok: false, detail: error.message, mend: error.mend };
}

/** One piece of hardware that `discover` found. */
export interface Discovered {
  /** `GPIO line`, `serial port`, `capture PCM`, `playback PCM`, ... */
  readonly kind: string;
  readonly name: string;
  readonly detail: string;
  /** YAML to paste under `things:` (or `microphone:` or `speaker:`), indented as there. */
  readonly config: string;
}

/** A kind of device: what may be configured, and how a thing is made of it. */
export interface Driver<Schema extends z.ZodType = z.ZodType> {
  readonly name: string;
  /** One schema for validation, defaults and documentation; every field has a description. */
  readonly schema: Schema;
  create(config: z.output<Schema>, time: DriverTime): Thing;
  probe(config: z.output<Schema>): Promise<Probe>;
  discover(): Promise<Discovered[]>;
}
