/** Rows under headings, in columns as wide as their widest cell. The last column is never padded. */
export function formatTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => [...(row[column] ?? '')].length)));
  return all
    .map((row) =>
      row.map((cell, column) => pad(cell, column < row.length - 1 ? widths[column]! : 0)).join('  '),
    )
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** By characters, not UTF-16 units: titles hold what people write. */
function pad(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - [...cell].length));
}
