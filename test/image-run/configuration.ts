import type { BoardName } from './boards.ts';
import { applianceName } from './place.ts';

/** Lines of the GPIO chip that are used: of `virt` the PL061, of the Pi its own chip, by name. */
export const lamp = {
  virt: { chip: '9030000.pl061', offset: 6, yaml: 'chip: 9030000.pl061\n    line: 6' },
  raspi3b: { chip: 'pinctrl-bcm2835', offset: 17, yaml: 'line: GPIO17' },
} as const;

/** Offset of the input on the PL061. */
export const doorOffset = 5;

const withInputs = `  - id: door
    driver: gpio
    chip: 9030000.pl061
    line: ${doorOffset}
    direction: in
microphone:
  device: plughw:CARD=Loopback,DEV=1
`;

/** What a person writes into allo-agent.yaml. */
export function configuration(board: BoardName, placeUrl: string): string {
  return `place:
  url: ${placeUrl}
display_name: ${applianceName}
things:
  - id: pulse
    driver: simulated
    interval: 1s
    properties:
      beat: { shape: walk }
  - id: lamp
    driver: gpio
    ${lamp[board].yaml}
    direction: out
${board === 'virt' ? withInputs : ''}`;
}
