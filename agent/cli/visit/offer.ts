import { Command } from 'commander';
import { unsupported } from '../../place/assets/asset-place.ts';
import type { Offer } from '../../place/assets/offers.ts';
import { aborted } from '../interruption.ts';
import { jsonOption } from '../options.ts';
import { type CommonOptions, forOption, timeoutOption, type VisitContext } from './context.ts';
import { printable } from './value.ts';
import { type Visitor, visit } from './visitor.ts';

interface OfferOptions extends CommonOptions {
  readonly push?: true;
  /** ms */
  readonly for?: number;
}

export function offerCommand(context: VisitContext): Command {
  return new Command('offer')
    .summary('offer files as assets, and show what is asked of them')
    .argument('<files...>', 'each becomes an asset; its id is printed')
    .option('--push', 'send them without being asked; some places take only what somebody waits for')
    .addOption(forOption('end after so many seconds; else at Ctrl-C'))
    .addOption(jsonOption())
    .addOption(timeoutOption())
    .action((files: string[], options: OfferOptions) =>
      visit(context, options, (visitor) => offer(context, visitor, files, options)),
    );
}

async function offer(
  { output, time, signal }: VisitContext,
  { session }: Visitor,
  files: readonly string[],
  options: OfferOptions,
): Promise<void> {
  const { assets } = session;
  if (assets.supported === false) throw unsupported();
  const say = (event: object, text: string) => output.line(options.json ? JSON.stringify(event) : text);
  const offered = new Map<string, { file: string; offer: Offer }>();
  const undo = assets.observe({
    sent: (id, { start, length }) => {
      const { file, offer } = offered.get(id) ?? {};
      if (file === undefined || !offer) return;
      const end = start + length;
      const text = `sent ${printable(file)} up to byte ${end} of ${offer.size}`;
      say({ event: 'sent', id, file, start, length }, text);
    },
    refused: (id, reason) => {
      const asked = printable(id.slice(0, 100));
      say({ event: 'refused', id, reason }, `did not give ${asked}: ${reason}`);
    },
    withdrawn: (id, { code, message }) => {
      const file = offered.get(id)?.file;
      say({ event: 'withdrawn', id, file, code, reason: message }, `offers ${id} no longer: ${message}`);
    },
  });
  try {
    for (const file of files) {
      const offer = await assets.offer(file);
      offered.set(offer.id, { file, offer });
      const { id, size } = offer;
      say({ event: 'offered', id, file, size }, `${id}  ${printable(file)}, ${size} bytes`);
      if (options.push) assets.push(id);
    }
    const enough = new AbortController();
    const cancel = options.for === undefined ? () => {} : time.after(options.for, () => enough.abort());
    await aborted(enough.signal, signal);
    cancel();
  } finally {
    undo();
  }
}
