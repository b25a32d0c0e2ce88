import { systemTime } from '../../../agent/time/system-time.ts';
import { type Bench, type Booted, longestBoot } from '../bench.ts';
import { until } from '../patience.ts';

/** Stops the daemon in its tracks, and waits until systemd has noticed and a new one is in the place. */
export async function stopDaemon(bench: Bench, { guest }: Booted): Promise<void> {
  await bench.recorder.check('watchdog', async () => {
    const { NRestarts, WatchdogUSec } = await guest.unit('NRestarts', 'WatchdogUSec');
    const stopped = systemTime.now();
    await guest.run('systemctl kill --kill-whom=main --signal=STOP allo-agent');
    const caught = await until(180, 'systemd notices', async () =>
      (await guest.unit('NRestarts')).NRestarts === NRestarts ? undefined : systemTime.now(),
    );
    const back = await until(240, 'the appliance is back in the place', () =>
      bench.place.joinedAfter(stopped),
    );
    const journal = await guest.run(
      "journalctl -u allo-agent -b -o cat | grep -E 'Watchdog timeout|Main process exited|code=dumped|code=killed' | tail -3",
    );
    if (!journal.includes('Watchdog timeout')) throw new Error(`it was not the watchdog: ${journal}`);
    const seconds = (at: number) => ((at - stopped) / 1000).toFixed(0);
    return `WatchdogSec ${WatchdogUSec}; started again ${seconds(caught)} s after SIGSTOP, in the place after ${seconds(back.at)} s; ${journal.trim()}`;
  });
}

/** Has the first process crash, which then stands still, and waits until the appliance is in the place again. */
export async function hangSystem(bench: Bench, booted: Booted): Promise<Booted> {
  let { guest } = booted;
  const facts = 'systemctl show -p RuntimeWatchdogUSec --value; cat /sys/class/watchdog/watchdog0/identity';
  const boot = () => guest.run('cat /proc/sys/kernel/random/boot_id');
  await bench.recorder.check('hang', async () => {
    const [setting, device] = (await guest.run(facts)).split('\n');
    const before = await boot();
    const hung = systemTime.now();
    await guest.run('kill -SEGV 1');
    const { at } = await until(longestBoot.virt, 'the appliance is back in the place', () =>
      bench.place.joinedAfter(hung),
    );
    guest.leave();
    guest = await bench.reach(booted.port);
    if ((await boot()) === before) throw new Error('it joined again, but the system was not started anew');
    return `RuntimeWatchdogSec ${setting}, ${device}; in the place ${((at - hung) / 1000).toFixed(0)} s after the crash`;
  });
  return { ...booted, guest };
}
