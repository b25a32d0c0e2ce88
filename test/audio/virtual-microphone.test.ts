import { afterEach, describe, expect, it, vi } from 'vitest';
import { FifoMicrophone, PulseMicrophone } from '../support/virtual-microphone.ts';

afterEach(() => void vi.unstubAllEnvs());

describe('a virtual microphone on a machine without the packages it needs', () => {
  it.each([
    { kind: PulseMicrophone, missing: 'alsa-utils pulseaudio pulseaudio-utils' },
    { kind: FifoMicrophone, missing: 'alsa-utils' },
  ])('fails with the command that installs them: $missing', async ({ kind, missing }) => {
    vi.stubEnv('PATH', '/nowhere');
    await expect(kind.start()).rejects.toThrow(`apt install ${missing}`);
  });
});
