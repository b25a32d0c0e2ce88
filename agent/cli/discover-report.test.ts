import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Found, formatDiscovered } from './discover-report.ts';

const line = (name: string): Found => ({
  kind: 'GPIO line',
  driver: 'gpio',
  section: 'things',
  name,
  detail: 'pinctrl-bcm2711, free',
  config: `  - id: ${name.toLowerCase()}\n    driver: gpio\n    line: ${name}\n    direction: in\n`,
});
const pcm = (name: string): Found => ({
  kind: 'capture PCM',
  driver: 'microphone',
  section: 'microphone',
  name,
  detail: '',
  config: `device: "${name}"`,
});
const speaker = { kind: 'playback PCM', driver: 'speaker', section: 'speaker' } as const;

it('prints YAML to paste, with what was found above it, one microphone and one speaker', () => {
  const text = formatDiscovered({
    found: [
      line('GPIO17'),
      line('GPIO27'),
      pcm('default'),
      pcm('pulse'),
      { ...pcm('plughw:CARD=DAC'), ...speaker },
    ],
    nothing: ['serial', 'thermal'],
    failed: [],
  });
  expect(text).toBe(`# Found on this machine: 2 GPIO lines, 2 capture PCMs, 1 playback PCM.
# Nothing for: serial, thermal.
# Keep what you want, and say which place to join. \`allo-agent check\` looks whether it fits.

# place: { url: alloplace://HOST }

things:
  # GPIO line GPIO17: pinctrl-bcm2711, free
  - id: gpio17
    driver: gpio
    line: GPIO17
    direction: in
  # GPIO line GPIO27: pinctrl-bcm2711, free
  - id: gpio27
    driver: gpio
    line: GPIO27
    direction: in

microphone:
  # capture PCM default
  device: "default"
  # capture PCM pulse
  # device: "pulse"

speaker:
  # playback PCM plughw:CARD=DAC
  device: "plughw:CARD=DAC"
`);
  expect(parse(text)).toMatchObject({
    things: [{ id: 'gpio17' }, { id: 'gpio27' }],
    microphone: { device: 'default' },
    speaker: { device: 'plughw:CARD=DAC' },
  });
});

it('says what was not found, and who could not look', () => {
  const failed = [{ driver: 'gpio', reason: 'no answer within 10 s' }];
  expect(formatDiscovered({ found: [], nothing: [], failed })).toBe(
    '# Found on this machine: nothing that allo-agent has a driver for.\n' +
      '# The gpio driver could not look: no answer within 10 s\n',
  );
});
