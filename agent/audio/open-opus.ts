import { AlloError } from '../errors.ts';
import type { OpusBinding, OpusBindingName } from './opus.ts';
import { openLibopus } from './opus-libopus.ts';
import { openWasmOpus } from './opus-wasm.ts';

export interface OpenedOpus {
  readonly binding: OpusBinding;
  /** Worth telling: why it is not the preferred binding. */
  readonly note?: string;
}

/** Loads libopus; `auto` prefers the machine's own. Rejects with ALLO_E_AUDIO_OPUS where the one asked for is absent. */
export async function openOpus(
  preference: OpusBindingName | 'auto' = 'auto',
  openNative: () => OpusBinding = openLibopus,
): Promise<OpenedOpus> {
  if (preference === 'wasm') return { binding: await openWasmOpus() };
  try {
    return { binding: openNative() };
  } catch (error) {
    if (preference === 'libopus' || !(error instanceof AlloError)) throw error;
    return { binding: await openWasmOpus(), note: `${error.message}; WebAssembly serves instead` };
  }
}
