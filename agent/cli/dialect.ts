import { join } from 'node:path';
import { Option } from 'commander';
import type { DialectMemory } from '../place/dialect/memory.ts';
import { DialectMemoryFile } from '../place/dialect/memory-file.ts';
import { cacheDirectory } from '../service/directories.ts';
import { type Dialect, type DialectName, dialects } from '../wire/dialect.ts';

export type DialectChoice = DialectName | 'auto';

/** `--dialect NAME`: what is spoken with a place. */
export function dialectOption(): Option {
  return new Option('--dialect <name>', 'what the place speaks; auto listens, and finds out')
    .choices(['auto', ...Object.keys(dialects)])
    .default('auto' satisfies DialectChoice);
}

export function dialectNamed(choice: DialectChoice): Dialect | 'auto' {
  return choice === 'auto' ? choice : dialects[choice];
}

/** What was spoken in places the last time, kept from run to run; `failed` is told why it could not be written. */
export function rememberedDialects(failed?: (error: unknown) => void): DialectMemory {
  return new DialectMemoryFile(join(cacheDirectory(), 'dialects.json'), failed);
}
