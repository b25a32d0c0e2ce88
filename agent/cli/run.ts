import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { superviseProcess } from '../service/lifecycle.ts';
import { Logging } from '../service/log.ts';
import { stdoutFormat, stdoutSink } from '../service/log-sink.ts';
import { Handover } from '../service/systemd/handover.ts';
import { serviceManager } from '../service/systemd/service-manager.ts';
import { StartRecord } from '../service/systemd/start-record.ts';
import { systemTime } from '../time/system-time.ts';
import { accessKeys, accessPolicy } from './access-policy.ts';
import { composeDaemon, type Daemon } from './daemon.ts';
import { diskHistory } from './disk-history.ts';
import { configOption } from './options.ts';
import { outputMemory } from './output-memory.ts';
import { Reloader } from './reload.ts';
import { safeModeOf, thingsThatAreOn, withoutDevices } from './safe-mode.ts';
import { Supervision } from './supervision.ts';
import { packageVersion } from './version.ts';

const signals = `
Signals: SIGTERM and SIGINT leave the place and bring outputs into their on_stop state, within 2 seconds; a second
one ends at once. SIGHUP reads the configuration again. SIGUSR2 writes all counters to the log.

Exit status: 0 stopped, 1 failed, 78 the configuration cannot be used.`;

export const runCommand = new Command('run')
  .summary('be the appliance: join the place and serve its things')
  .description(
    'The daemon. Takes the hardware, joins the place, and joins it again whenever it is lost; hardware that is ' +
      'missing is tried again until it is there.',
  )
  .addOption(configOption())
  .option('-v, --verbose', 'log more than the configuration says')
  .addHelpText('after', signals)
  .action(({ config, verbose }: { config: string; verbose?: true }) => run(config, verbose === true));

async function run(file: string, verbose: boolean): Promise<void> {
  const config = await loadConfig(file);
  const levelOf = ({ log }: Config) => (verbose && log.level !== 'trace' ? 'debug' : log.level);
  const sink = stdoutSink();
  const logging = new Logging({ level: levelOf(config), format: stdoutFormat(), sink, time: systemTime });
  const { log } = logging;
  log.info({ version: packageVersion(), config: file }, 'starting');
  const manager = serviceManager(process.env, log);
  const { RUNTIME_DIRECTORY: runtimeDirectory } = process.env;
  const starts = runtimeDirectory ? new StartRecord(runtimeDirectory) : undefined;
  const handover = runtimeDirectory ? new Handover(runtimeDirectory) : undefined;
  const safeMode = starts && safeModeOf(starts, systemTime.now(), log);
  handover?.takeUp();
  const memory = outputMemory();
  const held = safeMode?.holdsOutputs ? thingsThatAreOn(memory.load()) : new Set<string>();
  const daemon = await composeDaemon(safeMode ? withoutDevices(config, held) : config, log, systemTime, {
    historyFor: diskHistory,
    outputMemory: memory,
    safeMode: safeMode?.reason,
  });
  const supervision = new Supervision({
    daemon,
    config,
    manager,
    starts,
    safeMode: safeMode?.reason,
    time: systemTime,
    log,
  });
  daemon.metrics.add('log', () => ({ dropped: sink.dropped }));
  const reloader = new Reloader(
    file,
    config,
    liveSettings(config, daemon, (next) => (logging.level = levelOf(next))),
    log,
  );
  superviseProcess(
    process,
    {
      stop() {
        supervision.stopping();
        return daemon.stop({ keepOutputs: handover?.pending === true });
      },
      reload: () => supervision.reloading(() => reloader.reload()),
      report: () => log.info(daemon.metrics.snapshot(), 'counters'),
    },
    logging,
    systemTime,
  );
  await daemon.start();
  supervision.ready();
  log.info('ready');
}

function liveSettings(
  started: Config,
  { appliance, microphone, speaker }: Daemon,
  setLogLevel: (config: Config) => void,
) {
  const setAccess = (config: Config) => {
    appliance.access.policy = accessPolicy(config);
  };
  return {
    ...Object.fromEntries(accessKeys(started).map((key) => [key, setAccess])),
    'log.level': setLogLevel,
    'microphone.muted': async ({ microphone: wanted }: Config) => {
      if (wanted) await microphone?.write('muted', wanted.muted);
    },
    'speaker.muted': async ({ speaker: wanted }: Config) => {
      if (wanted) await speaker?.write('muted', wanted.muted);
    },
    'speaker.volume': async ({ speaker: wanted }: Config) => {
      if (wanted) await speaker?.write('volume', wanted.volume);
    },
  };
}
