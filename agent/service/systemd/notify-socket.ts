import { createRequire } from 'node:module';
import { endianness } from 'node:os';
import { getSystemErrorName } from 'node:util';
import { AlloError } from '../../errors.ts';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const MSG_NOSIGNAL = 0x4000;
/** `sun_path` of sockaddr_un, unix(7). */
const longestPath = 108;

/** Where the service manager hears how a service is: one datagram for each message, sd_notify(3). */
export interface NotifySocket {
  /** Throws ALLO_E_SERVICE_NOTIFY. */
  send(message: string): void;
}

/**
 * The socket that `NOTIFY_SOCKET` names: a path, or an abstract name after `@`. Node.js has no datagrams on Unix
 * sockets, and a process of `systemd-notify` for each would cost more than all else an idle daemon does; so the
 * two system calls are made directly. Throws ALLO_E_SERVICE_NOTIFY.
 */
export function openNotifySocket(name: string): NotifySocket {
  const address = addressOf(name);
  let libc: { socket: Socket; sendto: Sendto; errno: () => number };
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
    const library = koffi.load(null);
    libc = {
      socket: library.func('int socket(int domain, int type, int protocol)') as Socket,
      sendto: library.func(
        'long sendto(int fd, const void *data, size_t length, int flags, const void *address, uint32_t size)',
      ) as Sendto,
      errno: () => koffi.errno(),
    };
  } catch (cause) {
    throw refused(`koffi cannot be loaded: ${(cause as Error).message}`, cause);
  }
  const fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd === -1) throw refused(`socket: ${getSystemErrorName(-libc.errno())}`);
  return {
    send(message) {
      const data = Buffer.from(message);
      if (libc.sendto(fd, data, data.length, MSG_NOSIGNAL, address, address.length) !== -1) return;
      throw refused(`${name}: ${getSystemErrorName(-libc.errno())}`);
    },
  };
}

type Socket = (domain: number, type: number, protocol: number) => number;
type Sendto = (
  fd: number,
  data: Buffer,
  length: number,
  flags: number,
  address: Buffer,
  size: number,
) => number;

/** sockaddr_un: the family in the machine's byte order, then the path; a first byte 0 makes it abstract. */
function addressOf(name: string): Buffer {
  const path = Buffer.from(name.startsWith('@') ? `\0${name.slice(1)}` : name);
  if (!/^[/@]/.test(name) || path.length >= longestPath) throw refused(`${name} is no Unix socket`);
  const family = Buffer.alloc(2);
  if (endianness() === 'LE') family.writeUInt16LE(AF_UNIX);
  else family.writeUInt16BE(AF_UNIX);
  return Buffer.concat([family, path]);
}

function refused(reason: string, cause?: unknown): AlloError {
  return new AlloError('ALLO_E_SERVICE_NOTIFY', reason, { cause });
}
