import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isInstalled } from '../../installed.ts';

const systemConfig = '/usr/share/alsa/alsa.conf';

/** Writes an ALSA configuration that adds `definitions` to the system's; what captures is pointed at it. */
export async function writeAlsaConfig(directory: string, definitions: string) {
  const path = join(directory, 'alsa.conf');
  await writeFile(path, `<${systemConfig}>\n${definitions}\n`);
  return { ALSA_CONFIG_PATH: path };
}

const needed = {
  'alsa-utils': () => isInstalled('arecord'),
  'libasound2-data': () => existsSync(systemConfig),
  'libasound2-plugins': () =>
    readdirSync('/usr/lib').some((lib) =>
      existsSync(join('/usr/lib', lib, 'alsa-lib/libasound_module_pcm_pulse.so')),
    ),
  pulseaudio: () => isInstalled('pulseaudio'),
  'pulseaudio-utils': () => isInstalled('pacat'),
} as const;

export type DebianPackage = keyof typeof needed;

/** Throws with the command that mends it where one of the Debian packages is not installed. */
export function requirePackages(...packages: readonly DebianPackage[]): void {
  const missing = packages.filter((name) => !needed[name]());
  if (missing.length > 0)
    throw new Error(`the virtual microphone needs packages: apt install ${missing.join(' ')}`);
}
