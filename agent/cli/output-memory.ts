import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { OutputMemoryFile } from '../appliance/outputs/memory-file.ts';
import { stateDirectory } from '../service/directories.ts';
import { readBootId } from '../time/boot-id.ts';

/** Outputs remembered in the agent's folder of this machine. */
export function outputMemory(): OutputMemoryFile {
  return new OutputMemoryFile({
    file: join(stateDirectory(), 'outputs.json'),
    bootId: readBootId() ?? randomUUID(),
  });
}
