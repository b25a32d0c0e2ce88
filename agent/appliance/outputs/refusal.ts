import { AlloError, type ErrorCode } from '../../errors.ts';
import type { Refusal } from './permission.ts';

const codes = {
  busy: 'ALLO_E_OUTPUT_BUSY',
  'going-off': 'ALLO_E_OUTPUT_BUSY',
  lost: 'ALLO_E_OUTPUT_LOST',
  interlock: 'ALLO_E_OUTPUT_INTERLOCK',
  'interlock-lost': 'ALLO_E_OUTPUT_INTERLOCK',
  'interlock-wait': 'ALLO_E_OUTPUT_WAIT',
  'min-interval': 'ALLO_E_OUTPUT_WAIT',
  stopping: 'ALLO_E_OUTPUT_STOPPING',
} as const satisfies Record<Refusal['why'], ErrorCode>;

/** How outputs are called in what people read. */
export interface Names {
  /** The name of the output with this key. */
  of(key: string): string;
  /** Why the line of the output with this key is lost. */
  faultOf(key: string): string;
}

/** A refusal as whoever asked is told. */
export function refusalError(key: string, refusal: Refusal, at: number, names: Names): AlloError {
  return new AlloError(codes[refusal.why], refusalText(key, refusal, at, names));
}

/** `pump waits 4.2 s more: valve_a of the same interlock group was on` */
export function refusalText(key: string, refusal: Refusal, at: number, names: Names): string {
  const name = names.of(key);
  const stays = refusal.again ? `${name} is not told to go on again` : `${name} stays off`;
  const waits = (until: number) =>
    refusal.again ? `${stays} for ${formatWait(until - at)}` : `${name} waits ${formatWait(until - at)} more`;
  switch (refusal.why) {
    case 'busy':
      return `${name} is being switched at this moment`;
    case 'going-off':
      return `${name} is still being switched off (${refusal.cause})`;
    case 'lost':
      return `${name} cannot be switched on: ${names.faultOf(key)}`;
    case 'interlock':
      return `${stays}: ${names.of(refusal.partner)} of the same interlock group is on`;
    case 'interlock-lost': {
      const partner = names.of(refusal.partner);
      const unknown = `nobody knows whether ${partner} of the same interlock group is off`;
      return `${stays}: ${unknown}: ${names.faultOf(refusal.partner)}`;
    }
    case 'interlock-wait': {
      const partner = names.of(refusal.partner);
      return `${waits(refusal.until)}: ${partner} of the same interlock group was on`;
    }
    case 'min-interval':
      return `${waits(refusal.until)}: it ${refusal.again ? 'may have' : 'has'} been off for less than min_interval`;
    case 'stopping':
      return `${name} is not switched any more: the appliance is stopping`;
  }
}

/** `4.2 s`, `42 s`, `12 min 30 s`, `2 h 5 min`; never shorter than it is. */
export function formatWait(ms: number): string {
  if (ms <= 9_900) return `${(Math.max(1, Math.ceil(ms / 100)) / 10).toFixed(1)} s`;
  const seconds = Math.ceil(ms / 1e3);
  if (seconds < 100) return `${seconds} s`;
  const [big, bigUnit, small, smallUnit] =
    seconds < 3_600
      ? [Math.floor(seconds / 60), 'min', seconds % 60, 's']
      : [Math.floor(Math.ceil(seconds / 60) / 60), 'h', Math.ceil(seconds / 60) % 60, 'min'];
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}
