import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diagnose, unexplained } from './diagnosis.ts';
import { listPcms } from './pcm-list.ts';
import { cardHolders, cardOf, type SoundSystem } from './proc-asound.ts';

let root: string;
let sound: SoundSystem;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sound-'));
  sound = { proc: join(root, 'proc'), dev: join(root, 'dev'), access };
});

afterEach(() => rm(root, { recursive: true }));

/** A machine with two cards; the second has two capture devices, one of which is held open. */
async function twoCards(): Promise<void> {
  const files = {
    'proc/asound/card0/id': 'Headphones\n',
    'proc/asound/card0/pcm0p/info': 'card: 0\nname: bcm2835 Headphones\n',
    'proc/asound/card0/pcm0p/sub0/status': 'state: RUNNING\nowner_pid   : 813\n',
    'proc/asound/card1/id': 'Device\n',
    'proc/asound/card1/pcm0c/info': 'card: 1\ndevice: 0\nstream: CAPTURE\nid: USB Audio\nname: USB Audio\n',
    'proc/asound/card1/pcm0c/sub0/status':
      'state: RUNNING\nowner_pid   : 812\ntrigger_time: 12.3\ntstamp      : 0.0\n',
    'proc/asound/card1/pcm1c/info': 'card: 1\ndevice: 1\nname: USB Audio #1\n',
    'proc/asound/card1/pcm1c/sub0/status': 'closed\n',
    'proc/812/comm': 'wireplumber\n',
    'proc/813/comm': 'pulseaudio\n',
    'dev/snd/controlC1': '',
    'dev/snd/pcmC1D0c': '',
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

describe('why a PCM cannot be captured', () => {
  it('names who holds a busy card', async () => {
    await twoCards();
    const busy = { trouble: 'busy', text: 'Device or resource busy' } as const;
    expect(await diagnose('capture', 'plughw:CARD=Device', busy, sound)).toEqual({
      code: 'ALLO_E_MICROPHONE_BUSY',
      reason: 'plughw:CARD=Device is busy: held by wireplumber (process 812) on card Device',
    });
  });

  it('says at least that it is busy where the holder is hidden', async () => {
    const busy = { trouble: 'busy', text: 'Device or resource busy' } as const;
    expect((await diagnose('capture', 'default', busy, sound)).reason).toBe('default is busy');
  });

  it('lists what there is instead of a missing PCM', async () => {
    await twoCards();
    const { code, reason } = await diagnose(
      'capture',
      'plughw:CARD=Mic',
      { trouble: 'missing', text: 'No such device' } as const,
      sound,
    );
    expect(code).toBe('ALLO_E_MICROPHONE_MISSING');
    expect(reason).toMatch(
      /^plughw:CARD=Mic cannot be opened \(No such device\); there is plughw:CARD=Device,DEV=0, /,
    );
  });

  it('knows a card it may not open from one that is missing', async () => {
    await twoCards();
    const deny = () => Promise.reject(Object.assign(new Error('Permission denied'), { code: 'EACCES' }));
    const gone = { trouble: 'missing', text: 'No such device' } as const;
    expect(await diagnose('capture', 'plughw:CARD=Device', gone, { ...sound, access: deny })).toMatchObject({
      code: 'ALLO_E_MICROPHONE_PERMISSION',
      reason: expect.stringContaining('it is not in the group audio'),
    });
  });

  it('names the group that a user without access is not in', async () => {
    const denied = { trouble: 'permission', text: 'Permission denied' } as const;
    expect((await diagnose('capture', 'default', denied, sound)).reason).toContain(
      'it is not in the group audio',
    );
  });

  it('speaks of the speaker where a PCM is played to', async () => {
    await twoCards();
    const busy = { trouble: 'busy', text: 'Device or resource busy' } as const;
    expect(await diagnose('playback', 'plughw:CARD=Headphones', busy, sound)).toEqual({
      code: 'ALLO_E_SPEAKER_BUSY',
      reason: 'plughw:CARD=Headphones is busy: held by pulseaudio (process 813) on card Headphones',
    });
  });

  it('tells how a process ended that gave no reason', () => {
    expect(unexplained('arecord', { exitCode: 3, signal: null, lastLine: 'arecord: oops' })).toMatchObject({
      trouble: 'lost',
      text: 'arecord ended with status 3: arecord: oops',
    });
    expect(unexplained('arecord', { exitCode: null, signal: 'SIGKILL' }).text).toBe(
      'arecord was ended by SIGKILL',
    );
    expect(unexplained('alsa-capture', { exitCode: null, signal: 'SIGSEGV' }).trouble).toBe('format');
  });
});

describe('what the kernel shows of sound cards', () => {
  it('lists each capture device by the id of its card, to paste', async () => {
    await twoCards();
    expect((await listPcms('capture', sound)).slice(0, 2)).toEqual([
      {
        kind: 'capture PCM',
        name: 'plughw:CARD=Device,DEV=0',
        detail: 'USB Audio',
        config: 'device: "plughw:CARD=Device,DEV=0"',
      },
      expect.objectContaining({ name: 'plughw:CARD=Device,DEV=1', detail: 'USB Audio #1' }),
    ]);
  });

  it('lists each playback device alike', async () => {
    await twoCards();
    expect((await listPcms('playback', sound))[0]).toEqual({
      kind: 'playback PCM',
      name: 'plughw:CARD=Headphones,DEV=0',
      detail: 'bcm2835 Headphones',
      config: 'device: "plughw:CARD=Headphones,DEV=0"',
    });
  });

  it('lists who captures', async () => {
    await twoCards();
    expect(await cardHolders('capture', sound)).toEqual([
      { card: 'Device', pid: 812, command: 'wireplumber' },
    ]);
  });

  it('is empty on a machine without sound', async () => {
    expect(await cardHolders('capture', sound)).toEqual([]);
  });

  it.each([
    ['hw:CARD=Device,DEV=0', 'Device'],
    ['plughw:Device,0', 'Device'],
    ["plug:'hw:CARD=Device'", 'Device'],
    ['default', undefined],
  ])('finds the card in %s', (device, card) => {
    expect(cardOf(device)).toBe(card);
  });
});
