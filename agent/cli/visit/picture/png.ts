import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

let ready: Promise<void> | undefined;

/** An SVG document as PNG; the same bytes on every machine. It must not contain text: there are no fonts. */
export async function toPng(svg: string): Promise<Uint8Array> {
  ready ??= load();
  await ready;
  const document = new Resvg(svg, { font: { loadSystemFonts: false } });
  try {
    const image = document.render();
    try {
      return image.asPng();
    } finally {
      image.free();
    }
  } finally {
    document.free();
  }
}

async function load(): Promise<void> {
  const path = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm');
  await initWasm(await readFile(path));
}
