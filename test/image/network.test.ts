import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Card, overlay } from './card.ts';

let card: Card;
beforeEach(() => {
  card = new Card();
});
afterEach(() => card.remove());

const key = `ssh-ed25519 ${'A'.repeat(68)} you@pc`;
const pskOf = (ssid: string, password: string) =>
  createHash('sha256').update(`${ssid}/${password}`).digest('hex');
const takeOver = (env?: Record<string, string>) => card.run('take-over-network', { ...(env && { env }) });
const networkConf = (text: string | Uint8Array) => card.write('boot/network.conf', text);

describe('network.conf', () => {
  it('is taken over: Wi-Fi, name, time zone, address and key', async () => {
    const ssid = 'Café #1';
    networkConf(
      `WIFI_SSID="${ssid}"\nWIFI_PASSWORD=correct horse\nWIFI_COUNTRY=se\nHOSTNAME=Greenhouse.local\n` +
        `TIMEZONE=Europe/Stockholm\nSSH_KEY=${key}\nADDRESS=192.168.1.20/24\nGATEWAY=192.168.1.1\nDNS=192.168.1.1, 9.9.9.9\n`,
    );
    expect(await takeOver()).toMatchObject({ status: 0 });
    expect(card.read('run/wpa_supplicant-wlan0.conf')).toBe(
      `ctrl_interface=DIR=/run/wpa_supplicant\ncountry=SE\nnetwork={\n  ssid=${Buffer.from(ssid).toString('hex')}\n` +
        `  scan_ssid=1\n  key_mgmt=WPA-PSK\n  psk=${pskOf(ssid, 'correct horse')}\n}\n`,
    );
    expect(statSync(card.path('run/wpa_supplicant-wlan0.conf')).mode & 0o777).toBe(0o600);
    expect(card.read('etc/hostname')).toBe('greenhouse\n');
    expect(card.read('kernel-hostname')).toBe('greenhouse');
    expect(card.read('run/authorized_keys')).toBe(`${key}\n`);
    expect(card.read('run/networkd/10-network-conf.network')).toContain(
      'Name=wlan0\n\n[Network]\nMulticastDNS=yes\nLinkLocalAddressing=yes\n' +
        'Address=192.168.1.20/24\nGateway=192.168.1.1\nDNS=192.168.1.1\nDNS=9.9.9.9\n',
    );
  });

  it('as it comes asks for nothing', async () => {
    networkConf(readFileSync(join(overlay, 'boot/firmware/network.conf')));
    expect(await takeOver()).toMatchObject({
      status: 0,
      stderr: expect.not.stringContaining('network.conf:'),
    });
    expect(card.list('run')).toEqual([]);
    expect(card.read('etc/hostname')).toBe('allo-agent\n');
  });

  it('may come from Windows', async () => {
    networkConf('\ufeffWIFI_SSID=Home\r\n# a remark\r\n\r\nWIFI_PASSWORD=correct horse\r\n');
    expect(await takeOver()).toMatchObject({ status: 0 });
    expect(card.read('run/wpa_supplicant-wlan0.conf')).toContain(pskOf('Home', 'correct horse'));
    expect(card.read('boot/network.conf')).toBe(
      '\ufeffWIFI_SSID=Home\r\n# a remark\r\n\r\nWIFI_PASSWORD=(stored)     \r\n',
    );
  });

  it('keeps no password in the clear, and nothing else of it changes', async () => {
    const before = '# Wi-Fi\nWIFI_SSID=Home\n  WIFI_PASSWORD = "correct # horse"\n# the end';
    networkConf(before);
    await takeOver();
    expect(card.read('boot/network.conf')).toBe(
      before.replace('  WIFI_PASSWORD = "correct # horse"', 'WIFI_PASSWORD=(stored)'.padEnd(35)),
    );
    expect(card.read('etc/allo-agent-image/network')).not.toContain('horse');
    card.powerOff();
    expect(await takeOver()).toMatchObject({ status: 0, stderr: '' });
    expect(card.read('run/wpa_supplicant-wlan0.conf')).toContain(pskOf('Home', 'correct # horse'));
  });

  it('is written to the card only where it changed', async () => {
    networkConf('WIFI_SSID=Home\nWIFI_PASSWORD=open\n');
    await takeOver();
    rmSync(card.path('calls'));
    card.powerOff();
    await takeOver();
    const written = (card.read('calls') ?? '').split('\n').filter((call) => /^(mv|mount)/.test(call));
    expect(written.filter((call) => !call.includes('/run/'))).toEqual([]);
  });

  it('reaches the card before it takes the place of the old', async () => {
    networkConf('HOSTNAME=shed\n');
    await takeOver();
    const kept = card.path('etc/allo-agent-image/network');
    const calls = card.read('calls')!.split('\n');
    const at = calls.indexOf(`sync ${kept}.new`);
    expect(calls.slice(at, at + 3)).toEqual([
      `sync ${kept}.new`,
      `mv -fT ${kept}.new ${kept}`,
      `sync ${card.path('etc/allo-agent-image')}`,
    ]);
  });

  it('in which nothing is set is read anew at every start without a word', async () => {
    networkConf('# nothing\n');
    await takeOver();
    card.powerOff();
    expect(await takeOver()).toEqual({ status: 0, stderr: '' });
  });

  it.each<[string, () => void, RegExp]>([
    ['empty', () => networkConf(''), /network\.conf: is empty/],
    ['a folder', () => mkdirSync(card.path('boot/network.conf')), /network\.conf: cannot be read/],
    // A file whose reading fails, as on a worn card.
    [
      'broken',
      () => symlinkSync('/proc/self/mem', card.path('boot/network.conf')),
      /network\.conf: cannot be read/,
    ],
  ])('that is %s leaves the network as it was, and is told', async (_what, spoil, problem) => {
    networkConf('WIFI_SSID=Home\nWIFI_PASSWORD=correct horse\nHOSTNAME=shed\n');
    await takeOver();
    card.powerOff();
    rmSync(card.path('boot/network.conf'));
    spoil();
    const { status, stderr } = await takeOver();
    expect(status).toBe(1);
    expect(stderr).toMatch(problem);
    expect(card.read('run/wpa_supplicant-wlan0.conf')).toContain(pskOf('Home', 'correct horse'));
    expect(card.read('etc/hostname')).toBe('shed\n');
  });

  it('goes back to how things were where a line is removed', async () => {
    networkConf(`HOSTNAME=shed\nSSH_KEY=${key}\n`);
    await takeOver();
    card.powerOff();
    networkConf('#\n');
    await takeOver();
    expect(card.read('etc/hostname')).toBe('allo-agent\n');
    expect(card.read('run/authorized_keys')).toBeUndefined();
  });

  it('is never run', async () => {
    const dangerous = '$(touch owned) `touch owned`; touch owned';
    networkConf(`WIFI_SSID='${dangerous.slice(0, 32)}'\nWIFI_PASSWORD='${dangerous}'\n`);
    expect(await takeOver()).toMatchObject({ status: 0 });
    expect(card.read('run/wpa_supplicant-wlan0.conf')).toContain(
      Buffer.from(dangerous.slice(0, 32)).toString('hex'),
    );
    expect(card.list('.')).not.toContain('owned');
  });

  it('tells everything that is wrong with it at once, and changes nothing', async () => {
    networkConf('HOSTNAME=shed\n');
    await takeOver();
    networkConf(
      'WIFI_SID=Home\nwifi-password=12345678\nWIFI_COUNTRY=UK\nHOSTNAME=my pi\nnonsense\nADDRESS=192.168.1.20\n' +
        'GATEWAY=192.168.1.300\nTIMEZONE=Mars/Olympus\nSSH_KEY=-----BEGIN PRIVATE KEY-----\nDNS=router\nDNS=1.1.1.1\n',
    );
    const { status, stderr } = await takeOver();
    expect(status).toBe(1);
    expect(stderr).toBe(card.read('run/network.problems'));
    expect(
      stderr
        .split('\n')
        .filter((line) => line && !line.startsWith(' '))
        .sort(),
    ).toEqual([
      'network.conf:10: DNS=router is no address',
      'network.conf:11: DNS is there in line 10 already',
      'network.conf:1: unknown key WIFI_SID',
      'network.conf:2: unknown key wifi-password',
      'network.conf:3: WIFI_COUNTRY=UK is no country code',
      'network.conf:4: HOSTNAME=my pi cannot be a name',
      'network.conf:5: is no KEY=VALUE',
      'network.conf:6: ADDRESS=192.168.1.20 does not tell how large the network is',
      'network.conf:7: GATEWAY=192.168.1.300 is no address',
      'network.conf:8: TIMEZONE=Mars/Olympus is not known',
      'network.conf:9: SSH_KEY is a private key',
    ]);
    expect(stderr).toContain('Did you mean WIFI_SSID?');
    expect(stderr).toContain('Did you mean WIFI_PASSWORD?');
    expect(stderr).toContain('Did you mean GB?');
    expect(stderr).toContain('ADDRESS=192.168.1.20/24');
    expect(card.read('etc/hostname')).toBe('shed\n');
  });

  it.each([
    ['a password too short', 'WIFI_SSID=Home\nWIFI_PASSWORD=1234567', /2: WIFI_PASSWORD has 7 characters/],
    [
      'a password beyond ASCII',
      'WIFI_SSID=Home\nWIFI_PASSWORD=lösenord1',
      /2: WIFI_PASSWORD has letters beyond ASCII/,
    ],
    ['no password', 'WIFI_SSID=Home', /1: WIFI_PASSWORD is missing/],
    ['no name', 'WIFI_PASSWORD=12345678', /1: WIFI_PASSWORD without WIFI_SSID/],
    ['a name too long', `WIFI_SSID=${'é'.repeat(17)}\nWIFI_PASSWORD=open`, /1: WIFI_SSID is 34 bytes long/],
    ['nothing stored', 'WIFI_SSID=Home\nWIFI_PASSWORD=(stored)', /2: no password of Home is stored/],
    ['an open quote', 'WIFI_SSID="Home', /1: WIFI_SSID: the quote at the beginning has none at the end/],
    ['a quote within', 'HOSTNAME="a"b"', /1: HOSTNAME: a quote within the value/],
    ['typographic quotes', 'HOSTNAME=“shed”', /1: HOSTNAME begins with a typographic quote/],
    ['a doubtful remark', 'HOSTNAME=shed # the shed', /1: HOSTNAME: a remark or a part of the value/],
    ['a gateway alone', 'GATEWAY=192.168.1.1', /1: GATEWAY without ADDRESS/],
    ['a way out of the zones', 'TIMEZONE=../../etc/passwd', /1: TIMEZONE=\S+ is not known/],
    ['a control character', 'HOSTNAME=a\u0007b', /1: HOSTNAME has control characters/],
    ['UTF-16', Buffer.from('\ufeffHOSTNAME=shed\n', 'utf16le'), /UTF-16/],
    ['a huge file', Buffer.alloc(20_000_000, '#'), /is larger than 16384 bytes/],
  ])('with %s is not taken over', async (_what, text, problem) => {
    networkConf(text);
    const { status, stderr } = await takeOver();
    expect(status).toBe(1);
    expect(stderr).toMatch(problem);
    expect(stderr).not.toContain('1234567\n');
    expect(card.read('etc/allo-agent-image/network')).toBeUndefined();
  });

  it('does not hang on nonsense, and takes none of it', async () => {
    let random = 1;
    const byte = () => {
      random = (random * 48_271) % 0x7fffffff;
      return random & 0xff;
    };
    const alphabet = Buffer.from('WIFI_SSID=HOSTNAME="\'#\r\n\\$`\u00e9 ');
    for (let length = 1; length < 4_000; length = length * 2 + 1) {
      networkConf(Buffer.from(Array.from({ length }, byte)));
      expect((await takeOver()).status).toBeLessThan(2);
      networkConf(Buffer.from(Array.from({ length }, () => alphabet[byte() % alphabet.length]!)));
      expect((await takeOver()).status).toBeLessThan(2);
    }
    expect(card.read('etc/hostname')).toBe('allo-agent\n');
  });

  it('on a card that cannot be written to is taken over all the same, and says what stays in the clear', async () => {
    networkConf('WIFI_SSID=Home\nWIFI_PASSWORD=12345678\n');
    const { status, stderr } = await takeOver({ WRITE_PROTECTED: 'yes' });
    expect(status).toBe(1);
    expect(stderr).toContain('the Wi-Fi password could not be removed');
    expect(card.read('run/wpa_supplicant-wlan0.conf')).toContain(pskOf('Home', '12345678'));
  });

  it('is left out where the partition is missing: the network stays', async () => {
    networkConf('WIFI_SSID=Home\nWIFI_PASSWORD=12345678\n');
    await takeOver();
    card.powerOff();
    rmSync(card.path('boot'), { recursive: true });
    const { status, stderr } = await takeOver();
    expect(status).toBe(1);
    expect(stderr).toContain('boot partition: is missing');
    expect(card.read('run/wpa_supplicant-wlan0.conf')).toContain(pskOf('Home', '12345678'));
  });

  it('under a name that Windows gave it is noticed', async () => {
    card.write('boot/network.conf.txt', 'HOSTNAME=shed\n');
    expect((await takeOver()).stderr).toContain('network.conf.txt: is not read');
  });
});
