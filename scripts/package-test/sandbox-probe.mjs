// Runs under the directives of allo-agent.service and says what they allow and what they do not.
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { closeSync, constants, existsSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const library = '/usr/lib/allo-agent';
let failures = 0;

async function expecting(name, look) {
  let detail;
  let ok = false;
  try {
    detail = await look();
    ok = detail !== false;
  } catch (error) {
    detail = error.code ?? error.message;
  }
  if (!ok) failures++;
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}${detail && detail !== true ? `: ${detail}` : ''}`);
}

/** The error code with which it is refused; throws where it is not. */
function refused(what, ...codes) {
  try {
    what();
  } catch (error) {
    if (codes.includes(error.code)) return error.code;
    throw error;
  }
  throw new Error('was allowed');
}

function open(path) {
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY);
  closeSync(fd);
}

function run(...command) {
  const { status, signal, error, stderr } = spawnSync(command[0], command.slice(1), { encoding: 'utf8' });
  if (status === 0) return true;
  throw error ?? new Error(`ended with ${signal ?? status}: ${stderr}`);
}

const status = readFileSync('/proc/self/status', 'utf8');
const field = (name) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1];

await expecting('gains no privileges', () => field('NoNewPrivs') === '1');
await expecting('has no capabilities', () => /^0+$/.test(field('CapEff') + field('CapBnd') + field('CapAmb')));
await expecting('has a system call filter', () => field('Seccomp') === '2');
await expecting('cannot read /home', () => refused(() => readdirSync('/home/somebody'), 'EACCES', 'ENOENT'));
await expecting('cannot read /root', () => refused(() => readdirSync('/root'), 'EACCES', 'ENOENT'));
await expecting('cannot write /etc', () => refused(() => writeFileSync('/etc/probe', ''), 'EROFS', 'EACCES'));
await expecting('cannot write its own program', () =>
  refused(() => writeFileSync(`${library}/probe`, ''), 'EROFS', 'EACCES'));
await expecting('cannot write the kernel settings', () =>
  refused(() => writeFileSync('/proc/sys/kernel/hostname', 'x'), 'EROFS', 'EACCES'));
await expecting('sees no other processes', () => !existsSync('/proc/1/status'));
await expecting('cannot make namespaces', () => spawnSync('unshare', ['--user', 'true']).status !== 0);
await expecting('cannot open a device that is for everybody', () => refused(() => open('/dev/loop-control'), 'EPERM'));
await expecting('opens a serial port', () => open('/dev/ttyS0') ?? true);
for (const path of ['/dev/gpiochip0', '/dev/snd/controlC0'])
  if (existsSync(path)) await expecting(`opens ${path}`, () => open(path) ?? true);

await expecting('writes its state', () => writeFileSync(`${process.env.STATE_DIRECTORY}/probe`, '') ?? true);
await expecting('writes its cache', () => writeFileSync(`${process.env.CACHE_DIRECTORY}/probe`, '') ?? true);
await expecting('writes /run', () => writeFileSync(`${process.env.RUNTIME_DIRECTORY}/probe`, '') ?? true);
await expecting('reads its keys', () => readdirSync(process.env.CREDENTIALS_DIRECTORY).length > 0);
await expecting('reads load and memory', () => readFileSync('/proc/loadavg').length * readFileSync('/proc/meminfo').length > 0);
await expecting('reads /sys', () => readdirSync('/sys/class').length > 0);
await expecting('looks up names', async () => (await lookup('localhost')).address);
await expecting('uses UDP', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.close();
  return true;
});
await expecting('calls ioctl through koffi', () => {
  const koffi = createRequire(`${library}/package.json`)('koffi');
  const ioctl = koffi.load(null).func('int ioctl(int fd, unsigned long request, _Out_ uint8_t *data)');
  const fd = openSync('/dev/null');
  const answer = ioctl(fd, 0x8044b401n, new Uint8Array(256));
  // Nothing but "inappropriate ioctl": EPERM would be the filter.
  return answer === -1 && koffi.errno() === 25;
});
await expecting('encodes Opus', async () => (await (await import(`${library}/dist/agent/audio/open-opus.js`)).openOpus()).binding.name);
await expecting('records through arecord', () => run('arecord', '-q', '-D', 'null', '-f', 'S16_LE', '-r', '48000', '-d', '1', '/dev/null'));
await expecting('plays through aplay', () => run('aplay', '-q', '-D', 'null', '-f', 'S16_LE', '-r', '48000', '-d', '1', '/dev/zero'));
process.exitCode = failures === 0 ? 0 : 1;
