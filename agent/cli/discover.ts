import { Command, InvalidArgumentError } from 'commander';
import type { Driver } from '../../devices/driver.ts';
import { drivers } from '../../devices/index.ts';
import { microphoneDriver } from '../../devices/microphone/driver.ts';
import { speakerDriver } from '../../devices/speaker/driver.ts';
import { parsePlaceUrl } from '../connection/place-url.ts';
import type { AlloError } from '../errors.ts';
import { type DiscoverReport, type Found, formatDiscovered } from './discover-report.ts';
import { type ExitStatus, exitStatus } from './exit-status.ts';
import { jsonOption } from './options.ts';
import { startingConfig } from './starting-config.ts';
import { within } from './within.ts';

/** Longest time one driver may take to look round, ms. */
const discoverWithinMs = 10_000;

/** Drivers whose devices have a section of the configuration to themselves. */
const sections: Readonly<Record<string, Found['section']>> = {
  [microphoneDriver.name]: 'microphone',
  [speakerDriver.name]: 'speaker',
};

export const discoverCommand = new Command('discover')
  .summary('list the hardware there is, with configuration to paste')
  .description(
    'Lists GPIO lines, serial ports, sensors, capture and playback PCMs of this machine, each with the lines of configuration ' +
      'that make a thing of it. Nothing is switched.',
  )
  .addOption(jsonOption().conflicts('place'))
  .option('--place <url>', 'print a whole configuration to begin with; only sensors are on in it', placeUrl)
  .action(async (options: DiscoverOptions) => {
    process.exitCode = await discover(options);
  });

interface DiscoverOptions {
  readonly json?: true;
  readonly place?: string;
}

function placeUrl(url: string): string {
  try {
    parsePlaceUrl(url);
    return url;
  } catch (error) {
    throw new InvalidArgumentError((error as AlloError).message);
  }
}

async function discover({ json, place }: DiscoverOptions): Promise<ExitStatus> {
  const { simulated: _, ...ofHardware } = drivers;
  const report = await lookRound([...Object.values(ofHardware), microphoneDriver, speakerDriver]);
  if (json) console.log(JSON.stringify(report, undefined, 2));
  else process.stdout.write(place === undefined ? formatDiscovered(report) : startingConfig(report, place));
  return report.failed.length === 0 ? exitStatus.done : exitStatus.failed;
}

/** All drivers at once; one that cannot look does not keep the others from it. */
async function lookRound(all: readonly Pick<Driver, 'name' | 'discover'>[]): Promise<DiscoverReport> {
  const looks = await Promise.allSettled(all.map((driver) => within(discoverWithinMs, driver.discover())));
  const found: Found[] = [];
  const nothing: string[] = [];
  const failed: { driver: string; reason: string }[] = [];
  for (const [index, look] of looks.entries()) {
    const driver = all[index]!.name;
    const section = sections[driver] ?? 'things';
    if (look.status === 'fulfilled') {
      found.push(...look.value.map((one) => ({ ...one, driver, section }) as const));
      if (look.value.length === 0) nothing.push(driver);
    } else
      failed.push({
        driver,
        reason: look.reason instanceof Error ? look.reason.message : String(look.reason),
      });
  }
  return { found, nothing, failed };
}
