import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's own folder: the nearest above this file with a package.json, for it also runs compiled, elsewhere. */
export const root = projectRoot();

function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** Every file under `folders`, from the project's root, sorted. */
export function filesUnder(...folders: string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(folder, name),
      ),
    )
    .filter((path) => statSync(join(root, path)).isFile())
    .sort();
}

export function sourceOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

const importing = [
  /^\s*(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'/gm,
  /^\s*import\s+'([^']+)'/gm,
  /\bimport\s*\(\s*'([^']+)'\s*\)/g,
  /(?:\brequire|\bcreateRequire\(import\.meta\.url\))\('([^']+)'\)/g,
];

/** What a source file imports, types too: files of the project by path from its root, packages by name. */
export function importsOf(path: string): string[] {
  return namesImported(path, sourceOf(path));
}

/** What it loads when it runs: types are gone by then. */
export function loadsOf(path: string): string[] {
  const types = /^\s*(?:import|export) type\b[^;]*;|\bimport\('[^']+'\)\.[A-Z]\w*/gm;
  return namesImported(path, sourceOf(path).replace(types, ''));
}

function namesImported(path: string, source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return importing
    .flatMap((form) => [...code.matchAll(form)])
    .map(([, name]) => (name!.startsWith('.') ? relative(root, join(root, dirname(path), name!)) : name!));
}
