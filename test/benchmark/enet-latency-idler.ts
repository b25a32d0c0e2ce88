/** Connects to the C server at the port given, and does nothing more until it is killed. */
import { UdpHost } from '../../agent/enet/index.ts';

const host = await UdpHost.open({ address: '127.0.0.1' });
await host.connect('127.0.0.1', Number(process.argv[2]), { channels: 4, data: 0 });
console.log('ready');
