import type { YAMLError } from 'yaml';
import type { Problem } from './problem.ts';

type Wording = Pick<Problem, 'code' | 'problem' | 'mend'>;

const code = 'ALLO_E_CONFIG_SYNTAX';

/** The YAML parser's complaints in words that say what to do. */
export function syntaxWording(error: Pick<YAMLError, 'code' | 'message'>): Wording {
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return {
        code: 'ALLO_E_CONFIG_DUPLICATE',
        problem: 'this key stands here a second time',
        mend: 'Remove one of the two, or merge them.',
      };
    case 'TAB_AS_INDENT':
      return {
        code,
        problem: 'a tab is used to indent',
        mend: 'Indent with spaces: YAML takes no tabs there.',
      };
    case 'MULTIPLE_DOCS':
      return { code, problem: 'a second document begins here', mend: 'Keep one: remove the line `---`.' };
    case 'MULTILINE_IMPLICIT_KEY':
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {
        code,
        problem: 'this is neither a `key: value` line nor properly beneath one',
        mend: 'Put a space after each colon, indent the keys of one mapping alike, and quote text that has a colon in it.',
      };
    case 'BAD_INDENT':
    case 'MISSING_CHAR':
      return {
        code,
        problem: uncapitalised(error.message),
        mend: 'Close what was opened (quotes, brackets) and indent what belongs together alike.',
      };
    case 'BAD_SCALAR_START':
      return { code, problem: uncapitalised(error.message), mend: 'Put the text in quotes.' };
    case 'TAG_RESOLVE_FAILED':
      return {
        code,
        problem: uncapitalised(error.message),
        mend: 'Remove the tag, or put the text in quotes.',
      };
    default:
      return {
        code,
        problem: uncapitalised(error.message),
        mend: 'Mend the YAML here: one `key: value` a line, two spaces a level, text with signs in quotes.',
      };
  }
}

const uncapitalised = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
