/*
 * How wide text is. Visors draw in Varela Round, some in Inter: what is kept here is the wider of the two, in
 * hundredths of an em (tables `hmtx` of the fonts), so that text takes up at most as much as is reckoned with.
 * A text component's `height` is the em in older visors and the line in newer ones, which draw smaller by a sixth.
 */

/** From one line to the next, in heights of the text: hhea ascent, less descent, of either font. */
export const lineHeight = 1.21;

const printable = [
  29, 29, 42, 64, 64, 82, 74, 23, 37, 37, 50, 66, 28, 47, 28, 45, 63, 63, 63, 64, 65, 63, 63, 63, 63, 63, 28,
  28, 66, 72, 66, 51, 94, 75, 70, 73, 76, 64, 61, 76, 76, 29, 55, 67, 58, 97, 81, 82, 68, 82, 72, 64, 65, 76,
  70, 102, 68, 67, 64, 37, 45, 37, 53, 67, 50, 57, 64, 56, 64, 59, 39, 64, 61, 25, 26, 55, 25, 92, 61, 61, 64,
  64, 39, 53, 39, 61, 56, 82, 55, 56, 55, 37, 33, 37, 66,
];
const firstPrintable = 0x20;
/** No letter of Latin-1 is wider, but for Æ. */
const latin = 95;
const lastLatin = 0xff;
/** Ideographs, and whatever else the fonts do not have. */
const widest = 105;

const ellipsis = '...';

/** The width of one line, in heights of the text. */
export function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += widthOfLetter(letter.codePointAt(0)!);
  return width / 100;
}

/** The text, or as much of it as fits, cut at its end. */
export function cutToFit(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const letters = [...text];
  do letters.pop();
  while (letters.length > 0 && widthOf(letters.join('').trimEnd() + ellipsis) > width);
  return letters.join('').trimEnd() + ellipsis;
}

/** The text, or its beginning and its end: of a fault the end says what happened, the beginning to whom. */
export function squeezeToFit(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const letters = [...text];
  for (let kept = letters.length - 1; kept > 1; kept--) {
    const start = letters
      .slice(0, Math.floor(kept / 3))
      .join('')
      .trimEnd();
    const squeezed =
      start +
      ellipsis +
      letters
        .slice(letters.length - kept + Math.floor(kept / 3))
        .join('')
        .trimStart();
    if (widthOf(squeezed) <= width) return squeezed;
  }
  return ellipsis;
}

/** The text in lines that fit, broken between words; the last one is cut where there are more than `most`. */
export function wrapToFit(text: string, width: number, most: number): string[] {
  const lines: string[] = [];
  let rest = text.split(/\s+/).filter((word) => word !== '');
  while (rest.length > 0 && lines.length < most - 1) {
    let words = rest.length;
    while (words > 1 && widthOf(rest.slice(0, words).join(' ')) > width) words--;
    lines.push(cutToFit(rest.slice(0, words).join(' '), width));
    rest = rest.slice(words);
  }
  if (rest.length > 0) lines.push(cutToFit(rest.join(' '), width));
  return lines;
}

function widthOfLetter(code: number): number {
  return printable[code - firstPrintable] ?? (code <= lastLatin && code !== 0xc6 ? latin : widest);
}
