import { Command } from 'commander';
import type { Probe } from '../../devices/driver.ts';
import { probeThing } from '../../devices/index.ts';
import { microphoneDriver } from '../../devices/microphone/driver.ts';
import { speakerDriver } from '../../devices/speaker/driver.ts';
import { loadConfig } from '../config/load.ts';
import { ConfigError, type Problem } from '../config/problem.ts';
import type { Config } from '../config/schema.ts';
import { type CheckedDevice, type CheckReport, formatReport } from './check-report.ts';
import { type ExitStatus, exitStatus } from './exit-status.ts';
import { probeFeatures } from './features.ts';
import { configOption, jsonOption } from './options.ts';
import { within } from './within.ts';

/** Longest time one device may take to be looked at, ms. */
const probeWithinMs = 10_000;

export const checkCommand = new Command('check')
  .summary('check the configuration and the hardware; switches nothing')
  .description(
    'Checks the configuration, tells every problem in it at once, and looks whether the hardware it names is there ' +
      'and free. Nothing is switched. Lists what is optional too, and how to get what is missing.',
  )
  .addOption(configOption())
  .option(
    '--config-only',
    'check the configuration alone, as of another machine or before its devices are there',
  )
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExit status: 0 ready, 1 a device is not ready, 78 the configuration cannot be used.',
  )
  .action(async ({ config, configOnly, json }: CheckOptions) => {
    process.exitCode = configOnly ? await checkConfig(config, json) : await check(config, json);
  });

interface CheckOptions {
  readonly config: string;
  readonly configOnly?: true;
  readonly json?: true;
}

/** Loads it and nothing else. */
async function checkConfig(file: string, json = false): Promise<ExitStatus> {
  const problems = await problemsOf(file);
  if (json) console.log(JSON.stringify({ config: { file, problems } }, undefined, 2));
  else if (problems.length > 0) throw new ConfigError(problems);
  else console.log(`${file}: no problems`);
  return problems.length > 0 ? exitStatus.config : exitStatus.done;
}

async function problemsOf(file: string): Promise<readonly Problem[]> {
  try {
    await loadConfig(file, { keys: false });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}

async function check(file: string, json = false): Promise<ExitStatus> {
  const report = await examine(file);
  if (json) console.log(JSON.stringify(report, undefined, 2));
  if (report.config.problems.length > 0) {
    if (json) return exitStatus.config;
    throw new ConfigError(report.config.problems);
  }
  if (!json) process.stdout.write(formatReport(report));
  return report.devices.every(({ ok }) => ok) ? exitStatus.done : exitStatus.failed;
}

async function examine(file: string): Promise<CheckReport> {
  try {
    const config = await loadConfig(file);
    const [devices, features] = await Promise.all([probeDevices(config), probeFeatures()]);
    return { config: { file, problems: [] }, devices, features };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { config: { file, problems: error.problems }, devices: [], features: [] };
  }
}

function probeDevices({ things, microphone, speaker }: Config): Promise<CheckedDevice[]> {
  const probes = things.map((thing) => probe(thing.id, thing.driver, () => probeThing(thing)));
  if (microphone) probes.push(probe('microphone', 'microphone', () => microphoneDriver.probe(microphone)));
  if (speaker) probes.push(probe('speaker', 'speaker', () => speakerDriver.probe(speaker)));
  return Promise.all(probes);
}

async function probe(id: string, driver: string, look: () => Promise<Probe>): Promise<CheckedDevice> {
  try {
    return { id, driver, ...(await within(probeWithinMs, look())) };
  } catch (error) {
    return { id, driver, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
