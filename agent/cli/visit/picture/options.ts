import { InvalidArgumentError, Option } from 'commander';
import type { CommonOptions } from '../context.ts';

export interface PictureOptions extends CommonOptions {
  /** Ends in `.png` or `.svg`. */
  readonly picture: string;
  /** Whom to picture. */
  readonly of?: string;
}

export function pictureOptions(): Option[] {
  return [
    new Option('--picture <file>', 'picture an appliance as it looks in a visor, as PNG or SVG, and end')
      .argParser(parsePictureFile)
      .conflicts('for'),
    new Option('--of <name>', 'whom to picture, where there are several: a name or an id'),
  ];
}

function parsePictureFile(path: string): string {
  if (!/\.(?:png|svg)$/i.test(path)) throw new InvalidArgumentError('It ends in .png or .svg.');
  return path;
}
