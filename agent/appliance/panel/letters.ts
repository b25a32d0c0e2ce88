/** What stands for a letter that cannot be drawn. */
const unknown = '?';

/** The same letters as people type them, by what they are drawn as. */
const asDrawn: readonly (readonly [RegExp, string])[] = [
  [/[\u2010-\u2015\u2212]/g, '-'],
  [/[\u2018\u2019]/g, "'"],
  [/[\u201c\u201d]/g, '"'],
  // In units, that is: not in Greek words.
  [/(?<!\p{sc=Greek})\u03bc(?!\p{sc=Greek})/gu, '\u00b5'],
];

const drawn = /^[ -~\u00a0-\u00ac\u00ae-\u00ff]*$/;
/** What changes how the letter before it is drawn, or nothing that can be seen. */
const unseen = /[\p{M}\p{Cf}\p{Emoji_Modifier}]/gu;

/** What people take for one letter, of however many characters it is made. */
const letters = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * On one line, in letters of Latin-1, the only ones that visors' fonts have: without accents that are missing there,
 * and with `?` for what is left. Nothing is transliterated.
 */
export function plain(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  if (drawn.test(line)) return line;
  const typed = asDrawn.reduce((all, [seen, plainer]) => all.replace(seen, plainer), line.normalize('NFC'));
  return [...letters.segment(typed)].map(({ segment }) => plainLetter(segment)).join('');
}

/** `title` as `plain` has it; `id`, which is ASCII, where no letter of it would be left. */
export function plainTitle(title: string, id: string): string {
  const written = plain(title);
  return written.includes(unknown) && !/\p{L}/u.test(written) ? id : written;
}

/** Of `ŭ` the accent goes, of `℃` and `₂` the form. */
function plainLetter(letter: string): string {
  if (drawn.test(letter)) return letter;
  const bare = letter.normalize('NFKD').replace(unseen, '');
  return drawn.test(bare) ? bare : unknown;
}
