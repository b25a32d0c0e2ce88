import { join } from 'node:path';
import { Command } from 'commander';
import { dialEnet } from '../connection/enet.ts';
import { parsePlaceUrl } from '../connection/place-url.ts';
import { DiskAssetStore } from '../place/assets/disk-store.ts';
import { cacheDirectory } from '../service/directories.ts';
import { systemTime } from '../time/system-time.ts';
import { rememberedDialects } from './dialect.ts';
import { interruption } from './interruption.ts';
import type { Output, VisitContext } from './visit/context.ts';
import { runVisit, visitProgram } from './visit/program.ts';

/**
 * `visit URL [command]`. The URL stands before the command, which is not how subcommands are usually found: so
 * what follows it is a command line of its own.
 */
export const visitCommand = new Command('visit')
  .summary('look into a place without a headset: see, read, write, listen')
  .argument('<url>')
  .argument('[command...]')
  .helpOption(false)
  .allowUnknownOption()
  .action(async (url: string, rest: string[], _options: object, command: Command) => {
    const isOption = url.startsWith('-');
    if (!isOption) checkUrl(url, command);
    await runVisit(contextOf(url, interruption()), isOption ? [url, ...rest] : rest);
  });

visitCommand.helpInformation = () =>
  visitProgram(contextOf('', new AbortController().signal)).helpInformation();

function contextOf(url: string, signal: AbortSignal): VisitContext {
  const assetStore = new DiskAssetStore(join(cacheDirectory(), 'assets'));
  const memory = rememberedDialects();
  return { url, dial: dialEnet, memory, time: systemTime, output: standardOutput(), assetStore, signal };
}

function standardOutput(): Output {
  const line = (text: string) => void process.stdout.write(`${text}\n`);
  const warn = (text: string) => console.error(text);
  return process.stdout.isTTY ? { line, warn, terminal: process.stdout } : { line, warn };
}

/** Throws a `CommanderError` that says what is wrong with it: wrong usage, not a failed visit. */
function checkUrl(url: string, command: Command): void {
  try {
    parsePlaceUrl(url);
  } catch (error) {
    command.error(`error: ${(error as Error).message}`);
  }
}
