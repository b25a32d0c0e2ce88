import type { Bench, Booted } from '../bench.ts';
import type { BoardName } from '../boards.ts';
import { configuration } from '../configuration.ts';
import { partitionChecks } from '../partitions.ts';
import { until } from '../patience.ts';
import { applianceName } from '../place.ts';

/** Boots, and sees that nobody had to do anything for the unit to be active with the edited configuration. */
export async function bootAndJoin(
  bench: Bench,
  name: BoardName,
  check: 'joins' | 'boardJoins',
): Promise<Booted | undefined> {
  let booted: Booted | undefined;
  await bench.recorder.check(check, async () => {
    const card = await bench.flash(name);
    booted = await bench.boot(name, card, { reboots: true });
    const { guest, joinedAfter } = booted;
    const unit = await guest.unit('ActiveState', 'SubState', 'NRestarts', 'StatusText', 'UnitFileState');
    const config = await guest.run('cat /etc/allo-agent/config.yaml');
    if (config !== configuration(name, bench.place.guestUrl))
      throw new Error('allo-agent.yaml was not taken over');
    const told = JSON.stringify(unit);
    if (unit.ActiveState !== 'active' || unit.SubState !== 'running')
      throw new Error(`the unit is not active: ${told}`);
    const timing = await guest.run('systemd-analyze time 2>/dev/null || true');
    return `joined ${joinedAfter.toFixed(0)} s after power-on, first boot; started again ${unit.NRestarts} times; status "${unit.StatusText}"; ${timing.split('\n')[0]}`;
  });
  return booted;
}

export async function noteVersions(bench: Bench, { guest }: Booted): Promise<void> {
  const told = await guest.run(
    'uname -r; cat /usr/lib/allo-agent-image/version; node --version; dpkg-query -W allo-agent systemd; . /etc/os-release; echo $PRETTY_NAME; cat /etc/debian_version',
  );
  bench.recorder.fact('in the guest', `Linux ${told.trim().replaceAll('\t', ' ').replaceAll('\n', ', ')}`);
}

export async function look(bench: Bench, { guest }: Booted): Promise<void> {
  const { recorder, place } = bench;
  await recorder.check('seen', async () => {
    const seen = await place.visit('--for', '3');
    if (!seen.includes(`${applianceName} is here`)) throw new Error(`nobody of that name:\n${seen}`);
    const described = await place.visit('describe', place.avatarId);
    const offered = described.match(/\b(?:lamp|door|pulse|microphone)\.\w+/g) ?? [];
    return `"${applianceName} is here"; it offers ${offered.join(', ')}`;
  });
  await recorder.check('grown', async () => {
    const [size, used] = (await guest.run('df -B1 --output=size,used / | tail -1'))
      .trim()
      .split(/\s+/)
      .map(Number);
    const gibibytes = (bytes = 0) => `${(bytes / 1024 ** 3).toFixed(2)} GiB`;
    if (!size || size < 3 * 1024 ** 3) throw new Error(`it has ${gibibytes(size)} of 4 GiB`);
    return `${gibibytes(size)} of a card of 4 GiB, ${gibibytes(used)} used`;
  });
}

/** Waits until the log on the boot partition has told, since this start, that all is well. */
export async function toldWell({ guest }: Booted): Promise<void> {
  const told = 'cat /run/allo-agent-image/log.told 2>/dev/null || true';
  await until(
    240,
    'the log on the boot partition tells of the place',
    async () => (await guest.run(told)).includes('All is well') || undefined,
  );
}

/** What the card tells a person who puts it into a PC, and how it was left. */
export async function switchOffAndRead(bench: Bench, booted: Booted): Promise<void> {
  const { recorder } = bench;
  await recorder.check('told', async () => {
    await toldWell(booted);
    await bench.switchOff(booted);
    const said = await booted.card.read('allo-agent-log.txt');
    return said
      .split('\n')
      .find((line) => line.includes('All is well'))!
      .trim();
  });
  await recorder.check('whole', async () => {
    // Only where the check before did not get so far.
    if (booted.machine.isOn) await bench.switchOff(booted);
    return partitionChecks(booted.card);
  });
}
