import { Command, Option } from 'commander';
import { AlloError } from '../../errors.ts';
import type { AssetSource } from '../../place/assets/source.ts';
import { ASSET_CHUNK } from '../../wire/asset.ts';
import { jsonOption } from '../options.ts';
import { type CommonOptions, parseSeconds, type VisitContext } from './context.ts';
import { FetchProgress } from './fetch-progress.ts';
import { SpareStore } from './spare-store.ts';
import { printable } from './value.ts';
import { type Visitor, visit } from './visitor.ts';
import { writeWholeFile } from './whole-file.ts';

interface FetchOptions extends CommonOptions {
  readonly out: string;
}

/** Places say nothing while they get an asset themselves, ms. */
const patience = 60_000;

export function fetchCommand(context: VisitContext): Command {
  return new Command('fetch')
    .summary('fetch an asset into a file')
    .argument('<asset>', 'its id, asset:sha256:...')
    .requiredOption('--out <file>', 'where to write it; what was there is replaced once all has come')
    .addOption(jsonOption())
    .addOption(
      new Option('--timeout <seconds>', 'how long the place is waited for, and more of the asset')
        .default(patience, '60')
        .argParser(parseSeconds),
    )
    .action(async (id: string, options: FetchOptions) => {
      const store = context.assetStore && new SpareStore(context.assetStore, options.out);
      const work = (visitor: Visitor) => fetchAsset(context, visitor, id, options, store);
      try {
        await visit(context, options, work, store);
      } finally {
        await store?.close();
      }
    });
}

async function fetchAsset(
  { output, time, signal }: VisitContext,
  visitor: Visitor,
  id: string,
  { out, timeout, json }: FetchOptions,
  store: SpareStore | undefined,
): Promise<void> {
  const began = time.now();
  const shown = json ? undefined : output.terminal;
  const progress = new FetchProgress(time, (text) => void shown?.write(text));
  const fetch = () =>
    visitor.session.assets.fetch(id, {
      signal,
      timeout,
      absence: timeout,
      progress: (received, total) => progress.show(received, total),
    });
  let asset: AssetSource;
  try {
    asset = await fetch().catch(async (error: unknown) => {
      const unkept = error instanceof AlloError && error.code === 'ALLO_E_ASSET_STORE';
      if (!unkept || !(await store?.resort())) throw error;
      progress.clear();
      output.warn(`fetching it without the cache: ${printable(error.message)} (${error.code})`);
      return fetch();
    });
  } catch (error) {
    throw signal.aborted ? new AlloError('ALLO_E_VISIT_SILENT', 'interrupted before all had come') : error;
  } finally {
    progress.clear();
  }
  await writeWholeFile(out, async (file) => {
    for (let at = 0; at < asset.size; at += ASSET_CHUNK)
      await file.writeFile(await asset.read(at, Math.min(ASSET_CHUNK, asset.size - at)));
  });
  const seconds = (time.now() - began) / 1000;
  output.line(
    json
      ? JSON.stringify({ id: asset.id, size: asset.size, file: out, seconds })
      : `${asset.size} bytes in ${out}, after ${seconds.toFixed(1)} s`,
  );
}
