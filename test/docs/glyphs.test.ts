import { describe, it } from 'vitest';
import { expectGenerated } from './generated.ts';
import { glyphsSource } from './glyphs.ts';

describe('agent/cli/visit/picture/glyphs.ts', () => {
  it('has the outlines of the font', () =>
    expectGenerated('agent/cli/visit/picture/glyphs.ts', glyphsSource()));
});
