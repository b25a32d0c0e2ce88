import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../agent/config/load.ts';
import { configuration } from './configuration.ts';

describe('what is written into allo-agent.yaml', () => {
  it.each([
    ['virt', ['pulse', 'lamp', 'door'], 'plughw:CARD=Loopback,DEV=1'],
    ['raspi3b', ['pulse', 'lamp'], undefined],
  ] as const)('is a configuration for %s', (board, things, microphone) => {
    const config = parseConfig(configuration(board, 'alloplace://10.0.2.2:21337'), 'allo-agent.yaml');
    expect(config.things.map(({ id }) => id)).toEqual(things);
    expect(config.microphone?.device).toBe(microphone);
  });
});
