import { describe, expect, it } from 'vitest';
import { parseConfig } from '../config/load.ts';
import { withoutDevices } from './safe-mode.ts';

const config = parseConfig(
  `
place: { url: "alloplace://garden" }
display_name: Greenhouse
microphone: { backend: simulated }
things:
  - { id: lamp, driver: gpio, backend: simulated, line: GPIO17, direction: out, on_start: off, on_stop: off }
  - { id: door, driver: gpio, backend: simulated, line: GPIO27, direction: in }
  - { id: board, driver: thermal }
`,
  'config.yaml',
);

describe('a configuration for safe mode', () => {
  it('joins the same place without devices and sound, and says so by its name', () => {
    const { things, microphone, speaker, display_name, place } = withoutDevices(config);
    expect({ things, microphone, speaker }).toEqual({ things: [] });
    expect({ display_name, place }).toEqual({ display_name: 'Greenhouse (safe mode)', place: config.place });
  });
});
