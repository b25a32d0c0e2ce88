import { hostname } from 'node:os';
import { createThing } from '../../devices/index.ts';
import { microphoneDriver } from '../../devices/microphone/driver.ts';
import type { Microphone } from '../../devices/microphone/microphone.ts';
import { Appliance } from '../appliance/appliance.ts';
import { avatarComponents } from '../appliance/components.ts';
import type { Config } from '../config/schema.ts';
import { dialEnet } from '../connection/enet.ts';
import { formatPlaceUrl } from '../connection/place-url.ts';
import { PlaceSession } from '../place/session.ts';
import type { Log } from '../service/log.ts';
import { Metrics, processCounters } from '../service/metrics.ts';
import type { Time } from '../time/time.ts';
import { dialects } from '../wire/dialect.ts';
import { logSession } from './session-log.ts';

/** Everything that runs, put together from a configuration. */
export interface Daemon {
  readonly appliance: Appliance;
  readonly microphone: Microphone | undefined;
  readonly metrics: Metrics;
}

export function composeDaemon(config: Config, log: Log, time: Time): Daemon {
  const displayName = config.display_name ?? hostname();
  const placeUrl = formatPlaceUrl(config.place.url);
  const { position, rotation_y: rotationY } = config.avatar;
  const session = new PlaceSession({
    address: config.place.url,
    dialect: dialects.documented,
    identity: { displayName },
    avatar: avatarComponents(displayName, { position, rotationY }),
    dial: dialEnet,
    time,
  });
  logSession(session, placeUrl, log);

  const microphone = config.microphone && microphoneDriver.create(config.microphone, time);
  const things = [
    ...config.things.map((thing) => createThing(thing, time)),
    ...(microphone ? [microphone] : []),
  ];
  const appliance = new Appliance({ session, things, access: config.access, time, log, placeUrl });

  const metrics = new Metrics();
  metrics.add('process', processCounters);
  metrics.add('session', () => Object.fromEntries(session.counters.entries()));
  if (microphone) metrics.add('microphone', () => ({ ...microphone.counters }));
  return { appliance, microphone, metrics };
}
