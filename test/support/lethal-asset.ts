import { isNumbers, isObject, lethal, must, type Value } from './lethal.ts';

/** Assets are counted in 32 bits with a sign. */
const LONGEST = 2 ** 31 - 1;

/** Throws where a packet of the assets channel is lethal. `totals`: lengths of assets as either side told them. */
export function judgeAsset(bytes: Uint8Array, totals: Map<string, number>): void {
  must(bytes.length >= 4, 'a header that is not there');
  const kind = (bytes[0]! << 8) | bytes[1]!;
  const length = (bytes[2]! << 8) | bytes[3]!;
  must(bytes.length >= 4 + length, 'a header longer than its packet');
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  must(!text.includes('\n') && text.endsWith('}'), 'a header that does not end where it says');
  let header: Value = null;
  try {
    header = JSON.parse(text) as Value;
  } catch {
    lethal('a header that is no JSON');
  }
  must(isObject(header) && typeof header.id === 'string', 'an asset without id');
  const body = bytes.length - 4 - length;
  if (kind === 3) {
    must(typeof header.error_code === 'number' && header.error_code >= 1, 'a failure without code');
    must(typeof header.error_reason === 'string' && body === 0, 'a failure without reason');
    return;
  }
  must(isNumbers(header.range, 2) && header.range.every(Number.isInteger), 'an asset without range');
  const [start, size] = header.range as [number, number];
  must(start >= 0 && size >= 0 && size <= 2 ** 20, `a range of ${start}, ${size}`);
  const known = totals.get(header.id);
  if (kind === 1) {
    must(size > 0 && body === 0, 'asks for nothing');
    must(start === 0 || (known !== undefined && start < known), 'asks past the end');
    return;
  }
  must(kind === 2, `kind ${kind} of asset`);
  const total = header.total_length;
  must(
    Number.isInteger(total) && start + size <= (total as number) && (total as number) <= LONGEST,
    'data past the end',
  );
  must(body === size, `${body} bytes where ${size} are told`);
  must(known === undefined || known === total, 'an asset that grew');
  totals.set(header.id, total as number);
}
