import { describe, expect, it } from 'vitest';
import type { ChipDescription } from './backend.ts';
import { findLine, lineTitle } from './find-line.ts';

function chip(name: string, label: string, lineNames: readonly string[]): ChipDescription {
  const lines = lineNames.map((line, offset) => ({
    offset,
    name: line,
    used: false,
    consumer: '',
    direction: 'in' as const,
  }));
  return { name, label, lines };
}

const soc = chip('gpiochip0', 'pinctrl-bcm2711', ['ID_SDA', 'ID_SCL', 'GPIO2', 'GPIO3', 'GPIO4', '', '']);
const expander = chip('gpiochip1', 'raspberrypi-exp-gpio', ['BT_ON', 'WL_ON']);
const unlabelled = chip('gpiochip2', '', ['', 'WL_ON']);

const titleOf = (...found: Parameters<typeof findLine>) => {
  const { chip, line } = findLine(...found);
  return lineTitle(chip, line);
};

describe('finding a line', () => {
  it('searches a name on every chip', () => {
    expect(titleOf([soc, expander], { line: 'GPIO3' })).toBe('GPIO3 on pinctrl-bcm2711');
    expect(titleOf([soc, expander], { line: 'BT_ON' })).toBe('BT_ON on raspberrypi-exp-gpio');
  });

  it('takes an offset on a chip called by its label, its name or its path', () => {
    for (const name of ['pinctrl-bcm2711', 'gpiochip0', '/dev/gpiochip0'])
      expect(titleOf([soc, expander], { chip: name, line: 5 })).toBe('line 5 on pinctrl-bcm2711');
    expect(titleOf([soc, unlabelled], { chip: 'gpiochip2', line: 0 })).toBe('line 0 on gpiochip2');
  });

  const refusal = (chips: readonly ChipDescription[], chip: string | undefined, line: string | number) => {
    try {
      findLine(chips, { ...(chip === undefined ? {} : { chip }), line });
    } catch (error) {
      return error;
    }
    return undefined;
  };

  it('says what there is instead of a line that is missing', () => {
    expect(refusal([soc, expander], undefined, 'GPIO99')).toMatchObject({
      code: 'ALLO_E_GPIO_LINE',
      message:
        'there is no GPIO line GPIO99; there is pinctrl-bcm2711 with lines 0 to 6: ID_SDA, ID_SCL, GPIO2 to GPIO4; ' +
        'raspberrypi-exp-gpio with lines 0 to 1: BT_ON, WL_ON',
    });
    expect(refusal([unlabelled], 'gpiochip2', 2)).toMatchObject({
      code: 'ALLO_E_GPIO_LINE',
      message: 'there is no line 2; there is gpiochip2 with lines 0 to 1: WL_ON',
    });
  });

  it('says what there is instead of a chip that is missing', () => {
    expect(refusal([soc, unlabelled], 'pinctrl-rp1', 17)).toMatchObject({
      code: 'ALLO_E_GPIO_LINE',
      message:
        'there is no GPIO chip pinctrl-rp1; there is gpiochip0 (pinctrl-bcm2711), gpiochip2 (no label)',
    });
  });

  it('never guesses between two lines of the same name', () => {
    expect(refusal([soc, expander, unlabelled], undefined, 'WL_ON')).toMatchObject({
      code: 'ALLO_E_GPIO_LINE',
      message:
        'GPIO line WL_ON is not the only one of its name: line 1 of gpiochip1 (raspberrypi-exp-gpio), ' +
        'line 1 of gpiochip2 (gpiochip2); say which with `chip`',
    });
  });

  it('never takes a nameless line for an empty name', () => {
    expect(refusal([soc], undefined, '')).toMatchObject({ code: 'ALLO_E_GPIO_LINE' });
  });

  it('says so where there is no chip at all', () => {
    expect(refusal([], undefined, 'GPIO17')).toMatchObject({ code: 'ALLO_E_GPIO_NONE' });
  });
});
