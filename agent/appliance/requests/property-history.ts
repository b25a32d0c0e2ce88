import { AlloError } from '../../errors.ts';
import { propertyOf, type RequestHandler } from './request.ts';

const largestLimit = 1_000;

/**
 * `["property_history", { from, to, limit }]` → `["property_history", "ok", { readings: [[time, value], ...],
 * complete }]`. Times in seconds of the place's clock as it stands now, also for times before the place began; the
 * newest `limit` readings (default and at most 1000), oldest first.
 */
export const propertyHistory: RequestHandler = async (call, context) => {
  const [{ property }, [options = {}]] = propertyOf(call, context);
  if (typeof options !== 'object' || options === null) {
    throw new AlloError(
      'ALLO_E_REQUEST_MALFORMED',
      'property_history takes an object with from, to and limit, all optional',
    );
  }
  const from = numberIn(options, 'from', -Infinity);
  const to = numberIn(options, 'to', Infinity);
  const limit = Math.max(1, Math.min(largestLimit, Math.floor(numberIn(options, 'limit', largestLimit))));
  const past = await context.history.between(
    property.key,
    context.fromPlaceTime(from),
    context.fromPlaceTime(to),
    limit,
  );
  return [
    {
      readings: past.readings.map(({ time, value }) => [context.toPlaceTime(time), value]),
      complete: past.complete,
    },
  ];
};

function numberIn(options: object, key: string, otherwise: number): number {
  const value: unknown = Reflect.get(options, key);
  if (value === undefined || value === null) return otherwise;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new AlloError('ALLO_E_REQUEST_MALFORMED', `property_history: ${key} must be a number`);
}
