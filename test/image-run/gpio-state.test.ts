import { describe, expect, it } from 'vitest';
import { lineState } from './gpio-state.ts';

const listing = `gpiochip0: GPIOs 512-519, parent: amba/9030000.pl061, 9030000.pl061:
 gpio-515 (                    |GPIO Key Poweroff   ) in  lo IRQ
 gpio-518 (                    |allo-agent          ) out hi

gpiochip1: GPIOs 520-573, parent: platform/3f200000.gpio, pinctrl-bcm2835:
 gpio-537 (GPIO17              |allo-agent          ) out lo
`;

describe('the state of a line', () => {
  it('is found by chip and offset', () => {
    expect(lineState(listing, 'pl061', 6)).toEqual({ holder: 'allo-agent', output: true, high: true });
    expect(lineState(listing, 'pl061', 3)).toEqual({
      holder: 'GPIO Key Poweroff',
      output: false,
      high: false,
    });
    expect(lineState(listing, 'pinctrl-bcm2835', 17)).toEqual({
      holder: 'allo-agent',
      output: true,
      high: false,
    });
  });

  it('is unknown where nobody holds it', () => {
    expect(lineState(listing, 'pl061', 5)).toBeUndefined();
    expect(lineState(listing, 'none', 6)).toBeUndefined();
  });
});
