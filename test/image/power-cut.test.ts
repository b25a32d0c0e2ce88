import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Card } from './card.ts';

const reboots = 100;
const programs = ['take-over-network', 'take-over-config'];
const oldNetwork = 'WIFI_SSID=Old\nWIFI_PASSWORD=old password\nHOSTNAME=old\n';
const newNetwork = '# mine\nWIFI_SSID=New\nWIFI_PASSWORD=new password\nHOSTNAME=new\n';
const blanked = newNetwork.replace('new password', '(stored)    ');
/** The line begins with a ~ while its password is being blanked out. */
const half = /^# mine\nWIFI_SSID=New\n~.{25}\nHOSTNAME=new\n$/;

const cards: Card[] = [];
let changed: Card;

beforeAll(async () => {
  changed = new Card();
  cards.push(changed);
  changed.write('boot/network.conf', oldNetwork);
  changed.write('boot/allo-agent.yaml', 'old\n');
  for (const program of programs) expect((await changed.run(program)).status).toBe(0);
  changed.write('boot/network.conf', newNetwork);
  changed.write('boot/allo-agent.yaml', 'new\n');
  changed.powerOff();
});
afterAll(() => {
  for (const card of cards) card.remove();
});

/** A card that has started once, and was changed on a PC since. */
function changedCard(): Card {
  const card = new Card(changed);
  cards.push(card);
  return card;
}

async function start(card: Card, program: string): Promise<void> {
  card.powerOff();
  expect(await card.run(program)).toMatchObject({ status: 0 });
}

const kept = (card: Card) => card.read('etc/allo-agent-image/network')!;
const config = (card: Card) => card.read('etc/allo-agent/config.yaml');

describe(`a power cut at ${reboots} moments of taking over`, () => {
  let old: string;
  let next: string;
  const seen = new Set<string>();

  beforeAll(async () => {
    const card = changedCard();
    old = kept(card);
    await start(card, 'take-over-network');
    next = kept(card);
    expect(old).not.toBe(next);
  });

  const tenths = Array.from({ length: 10 }, (_, tenth) => ({
    tenth: tenth + 1,
    first: (tenth * reboots) / 10,
  }));
  it.each(tenths)(
    'leaves the old settings or the new, and the next start completes them ($tenth of 10)',
    async ({ first }) => {
      const one = async (index: number) => {
        const card = changedCard();
        const { status } = await card.run('take-over-network', { cut: index * 7 });
        expect([old, next]).toContain(kept(card));
        const file = card.read('boot/network.conf')!;
        const state =
          file === newNetwork ? 'clear' : file === blanked ? 'blanked' : half.test(file) ? 'half' : file;
        expect(['clear', 'half', 'blanked']).toContain(state);
        // The password is out of the file only once it is safe.
        if (state !== 'clear') expect(kept(card)).toBe(next);
        seen.add(status === undefined ? state : 'not cut');
        await start(card, 'take-over-network');
        expect(kept(card)).toBe(next);
        expect(card.read('boot/network.conf')).not.toContain('new password');
        expect(card.read('etc/hostname')).toBe('new\n');
        expect(card.list('etc/allo-agent-image')).toEqual(['config.sha256', 'network']);
      };
      for (let index = first; index < first + reboots / 10; index += 2)
        await Promise.all([one(index), one(index + 1)]);
    },
  );

  it('came at every stage of it', () => {
    expect([...seen].sort()).toEqual(['blanked', 'clear', 'half', 'not cut']);
  });

  it('leaves the old configuration or the new, and the next start completes it', async () => {
    const seen = new Set<unknown>();
    for (let cut = 0; ; cut += 3) {
      const card = changedCard();
      const { status } = await card.run('take-over-config', { cut });
      seen.add(config(card));
      await start(card, 'take-over-config');
      expect(config(card)).toBe('new\n');
      expect(card.list('etc/allo-agent')).toEqual(['config.yaml']);
      if (status === 0) break;
    }
    expect([...seen].sort()).toEqual(['new\n', 'old\n']);
  });
});
