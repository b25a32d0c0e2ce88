import { rm } from 'node:fs/promises';
import type { Card } from './card.ts';
import { run } from './shell.ts';

interface Partition {
  readonly start: number;
  readonly size: number;
}

/** Has both file systems of a card checked, nothing mended. Gives what was said; rejects where something is wrong. */
export async function partitionChecks(card: Card): Promise<string> {
  const table = JSON.parse(await run('sfdisk', ['--json', card.file])) as {
    partitiontable: { partitions: readonly [Partition, Partition] };
  };
  const [boot, root] = table.partitiontable.partitions;
  const copy = `${card.file}.boot`;
  // fsck.fat reads from the beginning of a file only.
  const range = [`skip=${boot.start}`, `count=${boot.size}`, 'bs=512'];
  await run('dd', [`if=${card.file}`, `of=${copy}`, ...range, 'conv=sparse', 'status=none']);
  try {
    const fat = await run('fsck.fat', ['-n', copy]);
    const ext4 = await run('e2fsck', ['-fn', `${card.file}?offset=${root.start * 512}`]);
    return [fat, ext4]
      .map((said) =>
        said
          .trim()
          .split('\n')
          .at(-1)!
          .replace(/^\S*\//, ''),
      )
      .join('; ');
  } finally {
    await rm(copy, { force: true });
  }
}
