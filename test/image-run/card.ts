import { closeSync, openSync, readSync } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './shell.ts';

/** What the firmware of a Pi would load from the boot partition. */
export interface BootFiles {
  readonly kernel: string;
  readonly initrd: string;
  readonly deviceTree: string;
  readonly commandLine: string;
}

const gibibyte = 1024 ** 3;

/** A card with the image on it, as a file. */
export class Card {
  readonly file: string;
  readonly #boot: string;

  private constructor(file: string) {
    this.file = file;
    this.#boot = `${file}@@${bootPartitionOffset(file)}`;
  }

  /** Writes the image to a new card of 4 GiB, twice of what it needs: QEMU's cards are powers of two. */
  static async flash(image: string, file: string): Promise<Card> {
    await run('cp', ['--sparse=always', '--reflink=auto', image, file]);
    await truncate(file, 4 * gibibyte);
    return new Card(file);
  }

  /** Puts a file onto the boot partition, as a person at a PC does. */
  async put(name: string, content: string): Promise<void> {
    const draft = `${this.file}.${name}`;
    await writeFile(draft, content);
    await run('mcopy', ['-o', '-i', this.#boot, draft, `::${name}`]);
  }

  read(name: string): Promise<string> {
    return run('mtype', ['-i', this.#boot, `::${name}`]);
  }

  /** QEMU runs no firmware of a Pi, so what that would load is taken out and handed over. */
  async bootFiles(folder: string): Promise<BootFiles> {
    const config = await this.read('config.txt');
    const take = async (what: string, pattern: RegExp) => {
      const name = pattern.exec(config)?.[1];
      if (name === undefined) throw new Error(`config.txt names no ${what}`);
      return this.#take(name, folder);
    };
    return {
      kernel: await take('kernel', /^kernel=(\S+)/m),
      initrd: await take('initramfs', /^initramfs[ =](\S+)/m),
      deviceTree: await this.#take('bcm2837-rpi-3-b.dtb', folder),
      commandLine: (await this.read('cmdline.txt')).trim(),
    };
  }

  async #take(name: string, folder: string): Promise<string> {
    const file = join(folder, name);
    await run('mcopy', ['-o', '-i', this.#boot, `::${name}`, file]);
    return file;
  }
}

/** Where the first partition of the master boot record begins, bytes. */
function bootPartitionOffset(file: string): number {
  const record = Buffer.alloc(512);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, record, 0, 512, 0);
  closeSync(descriptor);
  const sector = record.readUInt32LE(446 + 8);
  if (record.readUInt16LE(510) !== 0xaa55 || sector === 0) throw new Error(`${file} is no image of a card`);
  return sector * 512;
}
