import { describe, expect, it } from 'vitest';
import { DeviceError } from '../errors.ts';
import type { BackendName, ChipDescription, GpioBackend } from './backend.ts';
import { chooseBackend } from './backends.ts';

const chip: ChipDescription = { name: 'gpiochip0', label: 'pinctrl-bcm2711', lines: [] };

function backend(name: BackendName, chips: () => ChipDescription[]): GpioBackend {
  return {
    name,
    simulated: name === 'simulated',
    chips: async () => chips(),
    request: () => Promise.reject(new Error('not asked for here')),
  };
}

function fails(code: 'ALLO_E_GPIO_PERMISSION' | 'ALLO_E_GPIO_UNSUPPORTED'): () => never {
  return () => {
    throw new DeviceError(code, 'no');
  };
}

describe('choosing a backend', () => {
  const none = () => [];
  const some = () => [chip];
  it.each([
    ['chardev where both work', some, some, 'chardev'],
    ['sysfs where only that works', none, some, 'sysfs'],
    ['sysfs where the kernel is too old for chardev', fails('ALLO_E_GPIO_UNSUPPORTED'), some, 'sysfs'],
    ['chardev where permission is missing, to say so', fails('ALLO_E_GPIO_PERMISSION'), some, 'chardev'],
    ['chardev where there is nothing, to say so', none, fails('ALLO_E_GPIO_UNSUPPORTED'), 'chardev'],
  ] as const)('auto takes %s', async (_, chardev, sysfs, expected) => {
    const backends = {
      chardev: backend('chardev', chardev),
      sysfs: backend('sysfs', sysfs),
      simulated: backend('simulated', some),
    };
    expect((await chooseBackend(backends, 'auto')).name).toBe(expected);
  });

  it('takes the one that is named, whatever it finds', async () => {
    const backends = {
      chardev: backend('chardev', some),
      sysfs: backend('sysfs', none),
      simulated: backend('simulated', none),
    };
    expect((await chooseBackend(backends, 'sysfs')).name).toBe('sysfs');
    expect((await chooseBackend(backends, 'simulated')).simulated).toBe(true);
  });
});
