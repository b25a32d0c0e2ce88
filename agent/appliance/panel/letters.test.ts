import { describe, expect, it } from 'vitest';
import { plain, plainTitle } from './letters.ts';

describe('what is drawn', () => {
  it('is on one line', () => {
    expect(plain(' rain\nwater \t\u0007 2 ')).toBe('rain water 2');
  });

  it('has the letters of Latin-1 as they are, however they are made up', () => {
    expect(plain('Grüße, Ångström ½ ×2 µS')).toBe('Grüße, Ångström ½ ×2 µS');
    expect(plain('Gru\u0308n')).toBe('Grün');
  });

  it.each([
    ['rain – “2026” …', 'rain - "2026" ...'],
    ['μS', 'µS'],
    ['21 ℃', '21 °C'],
    ['CO₂ g/m³', 'CO2 g/m³'],
    ['Ｗａｔｅｒ', 'Water'],
  ])('says %s in letters that there are', (text, shown) => {
    expect(plain(text)).toBe(shown);
  });

  it('leaves out accents that there are not, and what is not seen', () => {
    expect(plain('Čerpadlo, Şırnak, Huế, Ŭ')).toBe('Cerpadlo, S?rnak, Hue, U');
    expect(plain('a\u200bb\u00adc\u2060d')).toBe('abcd');
  });

  it.each([
    ['Łódź', '?ódz'],
    ['Насос 2', '????? 2'],
    ['Δt', '?t'],
    ['Garden 🌱', 'Garden ?'],
    ['👩🏽‍🌾 🇵🇱 ❤️', '? ? ?'],
    ['half \ud83c a pair', 'half ? a pair'],
  ])('has one question mark for each other letter of %s', (text, shown) => {
    expect(plain(text)).toBe(shown);
  });
});

describe('a title', () => {
  it('of which some letters are left is drawn with these', () => {
    expect(plainTitle('Łódź', 'city')).toBe('?ódz');
    expect(plainTitle('Really?', 'question')).toBe('Really?');
    expect(plainTitle('24', 'hours')).toBe('24');
  });

  it.each(['Насос', 'Насос 2', 'Αντλία', '🌱', '水泵'])(
    'of which none is left, as %s, gives way to the id',
    (title) => {
      expect(plainTitle(title, 'pump_a')).toBe('pump_a');
    },
  );
});
