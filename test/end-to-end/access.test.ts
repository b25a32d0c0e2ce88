import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { survey } from '../../agent/cli/visit/survey.ts';
import { dialEnet } from '../../agent/connection/enet.ts';
import { parsePlaceUrl } from '../../agent/connection/place-url.ts';
import { type Key, parseSecret } from '../../agent/keys/key.ts';
import { prove } from '../../agent/keys/proof.ts';
import { PlaceSession } from '../../agent/place/session.ts';
import { systemTime } from '../../agent/time/system-time.ts';
import { dialects } from '../../agent/wire/dialect.ts';
import type { Body } from '../../agent/wire/interaction.ts';
import { isObject } from '../../agent/wire/json.ts';
import { type CliProcess, type Ended, startCli } from '../support/cli-process.ts';
import { eventually } from '../support/eventually.ts';
import { visited } from '../support/visited.ts';

/*
 * Control by key where it is needed: in a place that lets anyone speak as anyone. Place, daemon and visits are
 * processes as they are installed; Ann, who has a key, and Mallory, who pretends to be her, are agents of the test.
 */

let folder: string;
let url: string;
let daemon: CliProcess;
let annsKey: Key;
let ann: PlaceSession;
let mallory: PlaceSession;
/** Ids in the place. */
let lamp: string;
let appliance: string;
const running: CliProcess[] = [];
const secrets: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'allo-access-'));
  const place = start('place', '--listen', '127.0.0.1:0', '--name', 'Garden', '--dialect', 'v3');
  await place.until(/is open at \S+\n/);
  url = /is open at (\S+)/.exec(place.stdout)![1]!;
  annsKey = await newKey('ann.key');
  await newKey('wrong.key');
  await configure('key_file: ann.key');
  daemon = start('run', '--config', join(folder, 'config.yaml'));
  await daemon.until(/"msg":"joined"/);
  [ann, mallory] = await Promise.all([joined('Ann'), joined('Mallory')]);
  const seen = await found('lamp.on');
  lamp = seen.entityId;
  appliance = seen.appliance.entityId;
});

afterAll(async () => {
  await Promise.all([ann?.stop(), mallory?.stop()]);
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  await rm(folder, { recursive: true });
});

function start(...args: string[]): CliProcess {
  const cli = startCli(args, { XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder });
  running.push(cli);
  return cli;
}

const visit = (...args: string[]): Promise<Ended> => visited((all) => start(...all), url, args);
const keyFile = (name: string) => ['--key-file', join(folder, name)];

async function newKey(name: string): Promise<Key> {
  const text = randomBytes(32).toString('base64');
  secrets.push(text);
  await writeFile(join(folder, name), `${text}\n`);
  await chmod(join(folder, name), 0o600);
  const secret = parseSecret(text);
  if (typeof secret === 'string') throw new Error(secret);
  return { name, secret };
}

async function configure(access: string): Promise<void> {
  await writeFile(
    join(folder, 'config.yaml'),
    `place: { url: "${url}" }
display_name: Greenhouse
things:
  - { id: lamp, driver: gpio, backend: simulated, line: GPIO17, direction: out }
  - { id: bell, driver: gpio, backend: simulated, line: GPIO27, direction: out, poke: anyone }
access:
  write: key
  ${access}
`,
  );
}

async function joined(displayName: string): Promise<PlaceSession> {
  const session = new PlaceSession({
    address: parsePlaceUrl(url),
    dialect: dialects.v3,
    identity: { displayName },
    avatar: { text: { string: displayName } },
    dial: dialEnet,
    time: systemTime,
  });
  const arrived = new Promise<void>((resolve) => session.observe({ joined: () => resolve() }));
  session.start();
  await arrived;
  return session;
}

async function found(key: string) {
  const look = () => survey(ann.world.entities).properties.find((property) => property.key === key);
  return eventually(look, () => `${key} is not in the place`);
}

/** The latest line of the daemon's log with this message, once it fits: what is logged is read later than an answer. */
async function expectLogged(msg: string, line: Record<string, unknown>): Promise<void> {
  await expect.poll(() => logged(msg).at(-1)).toMatchObject(line);
}

/** Lines of the daemon's log with this message. */
function logged(msg: string): Record<string, unknown>[] {
  const lines = daemon.stdout.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line.msg === msg);
}

/** What the lamp answers, to Ann unless it is somebody else who asks. */
const ask = (body: Body, who = ann): Promise<Body> => who.request(lamp, body, { timeout: 60_000 });

async function isOn(): Promise<unknown> {
  const [, , reading] = await ask(['read_property']);
  return isObject(reading) && reading.value;
}

/** A write of Ann's with a proof of the key, as it goes over the wire. */
async function proven(value: boolean, { secret }: Key): Promise<Body> {
  const [, , given] = await ask(['get_nonce']);
  const nonce = isObject(given) ? String(given.nonce) : '';
  const command = { nonce, entity: appliance, request: 'write_property', target: 'lamp.on', value };
  return ['write_property', value, { ...prove(secret, command) }];
}

/** Mallory says something as Ann, to whom the place then sends the answer; resolves with the line it leaves: a refusal. */
async function sayAsAnn(body: Body): Promise<Record<string, unknown>> {
  const before = logged('command refused').length;
  const annId = ann.status.avatarId!;
  mallory.request(lamp, body, { from: annId, timeout: 500 }).catch(() => {});
  return daemon.untilOutput(() => logged('command refused')[before], 'its refusal');
}

describe('an appliance controlled by key, in a place where anyone can speak as anyone', () => {
  it('does nothing for who has none, or a wrong one, and says why', async () => {
    const without = await visit('write', 'lamp.on', 'on');
    expect(without).toMatchObject({ status: 1, stdout: '' });
    expect(without.stderr).toContain('lamp.on is switched with a key, and none was shown');
    const wrong = await visit('write', 'lamp.on', 'on', ...keyFile('wrong.key'));
    expect(wrong).toMatchObject({ status: 1, stdout: '' });
    expect(wrong.stderr).toContain('not one of a key that this appliance knows');
    expect(await isOn()).toBe(false);
  });

  it('does it for who proves to have one, and logs who that was, what and when', async () => {
    expect(await visit('write', 'lamp.on', 'on', ...keyFile('ann.key'))).toMatchObject({
      status: 0,
      stderr: '',
    });
    await expectLogged('command accepted', {
      sender: expect.any(String),
      what: 'write_property lamp.on true',
      keyName: 'ann',
      placeTime: expect.any(Number),
    });
  });

  it('is poked where anyone may, elsewhere with a key', async () => {
    expect(await visit('poke', 'bell.on')).toMatchObject({ status: 0 });
    const poked = await visit('poke', 'lamp.on');
    expect(poked.status).toBe(1);
    expect(poked.stderr).toContain('lamp.on is switched with a key');
    expect(await visit('poke', 'lamp.on', ...keyFile('ann.key'))).toMatchObject({ status: 0 });
    expect(await isOn()).toBe(false);
  });

  it('takes what Ann proves, and nothing that Mallory says in her name', async () => {
    const body = await proven(true, annsKey);
    const [, , { nonce, proof }] = body as unknown as [string, boolean, { nonce: string; proof: string }];
    expect(await sayAsAnn(['write_property', true])).toMatchObject({
      name: 'Ann',
      sender: ann.status.avatarId,
      code: 'ALLO_E_PROOF_MISSING',
    });
    expect(await sayAsAnn(['write_property', false, { nonce, proof }])).toMatchObject({
      code: 'ALLO_E_PROOF_WRONG',
    });
    expect(await ask(body)).toMatchObject(['write_property', 'ok', { value: true }]);
    await expectLogged('command accepted', { name: 'Ann', keyName: 'ann' });
    expect((await ask(await proven(false, annsKey)))[1]).toBe('ok');
    expect(await sayAsAnn(body)).toMatchObject({ code: 'ALLO_E_PROOF_REPEATED', name: 'Ann' });
    expect(await isOn()).toBe(false);
  });

  it('knows other keys after a reload', async () => {
    const first = await newKey('bob.key');
    await configure('key_file: bob.key');
    daemon.signal('SIGHUP');
    await daemon.until(/"changed":\["access.key_file","access.keys"\]/);
    expect((await ask(await proven(true, annsKey)))[1]).toBe('failed');
    expect((await ask(await proven(true, first)))[1]).toBe('ok');
    const second = await newKey('bob.key');
    daemon.signal('SIGHUP');
    await daemon.until(/"changed":\["access.keys"\]/);
    expect((await ask(await proven(false, first)))[1]).toBe('failed');
    expect((await ask(await proven(false, second)))[1]).toBe('ok');
  });

  it('keeps the keys it has where a new one may be read by everybody', async () => {
    await chmod(join(folder, 'ann.key'), 0o644);
    await configure('key_file: [bob.key, ann.key]');
    daemon.signal('SIGHUP');
    await daemon.until(/ALLO_E_CONFIG_KEY_FILE.*ann\.key may be read by everybody/);
    expect((await visit('write', 'lamp.on', 'on', ...keyFile('ann.key'))).stderr).toContain(
      'may be read by everybody',
    );
    expect(await visit('write', 'lamp.on', 'on', ...keyFile('bob.key'))).toMatchObject({ status: 0 });
  });

  it('locks control after 20 wrong proofs, and says until when; reading goes on', async () => {
    const wrong = ['write_property', false, { nonce: 'made up', proof: '00' }] as const;
    for (let n = 0; n < 20; n++) await ask(wrong, mallory);
    const { status, stderr } = await visit('write', 'lamp.on', 'off', ...keyFile('bob.key'));
    expect(status).toBe(1);
    expect(stderr).toMatch(/control is locked for another \d+ s, until \d+\.\d by the place's clock/);
    expect(await isOn()).toBe(true);
    expect(await visit('poke', 'bell.on')).toMatchObject({ status: 0 });
  });

  it('has written no key, no proof and no nonce into its log', async () => {
    for (const secret of secrets) {
      expect(daemon.stdout).not.toContain(secret);
      expect(daemon.stdout).not.toContain(Buffer.from(secret, 'base64').toString('hex'));
    }
    expect(daemon.stdout).not.toMatch(/"(nonce|proof)"|made up/);
  });
});
