import { hostname } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import type { Address } from '../connection/connection.ts';
import { listenEnet } from '../connection/enet.ts';
import { defaultPlacePort } from '../connection/place-url.ts';
import { systemTime } from '../time/system-time.ts';
import { type DialectName, dialects } from '../wire/dialect.ts';
import { aborted, interruption } from './interruption.ts';
import { placeDialectHelp, placeDialectOption } from './place-dialect.ts';
import { hostPlace } from './place-host.ts';

interface PlaceOptions {
  readonly listen: Address;
  readonly name: string;
  readonly dialect: DialectName;
}

/** Only this machine, unless somebody asks for more. */
const loopback: Address = { host: '127.0.0.1', port: defaultPlacePort };

export const placeCommand = new Command('place')
  .summary('open a small place of your own')
  .description(
    'Opens a small Alloverse place on this machine, for a network without a server. Ends at Ctrl-C or SIGTERM.',
  )
  .option('--listen <host:port>', 'where to listen; 0.0.0.0 lets the whole network in', parseListen, loopback)
  .option('--name <name>', 'what the place is called', hostname())
  .addOption(placeDialectOption())
  .addHelpText('after', placeDialectHelp)
  .action(async ({ listen, name, dialect }: PlaceOptions) => {
    const ended = aborted(interruption());
    const place = await hostPlace({
      name,
      address: listen,
      dialect: dialects[dialect],
      listen: listenEnet,
      time: systemTime,
      tell,
    });
    console.log(`${name} is open at ${place.urls.join(' and ')}`);
    await ended;
    await place.close();
    console.log(`${name} is closed`);
  });

placeCommand.options[0]!.defaultValueDescription = `127.0.0.1:${defaultPlacePort}`;

/** `HOST:PORT`, `HOST`, `:PORT` or `[IPV6]:PORT`. */
export function parseListen(text: string): Address {
  const { ipv6, host, port } =
    /^(?:\[(?<ipv6>[\da-f:.]+)\]|(?<host>[^\s:[\]/]*))(?::(?<port>\d{1,5}))?$/i.exec(text)?.groups ?? {};
  const number = port === undefined ? defaultPlacePort : Number(port);
  if ((ipv6 === undefined && host === undefined) || text === '' || number > 65_535)
    throw new InvalidArgumentError('It is HOST:PORT, such as 127.0.0.1:21337 or [::1]:21337.');
  return { host: ipv6 ?? (host || loopback.host), port: number };
}

function tell(line: string): void {
  console.log(`${new Date().toTimeString().slice(0, 8)} ${line}`);
}
