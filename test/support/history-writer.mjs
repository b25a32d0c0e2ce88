// Takes readings into a history until it is killed. Prints each the moment it is given its number.
// usage: node history-writer.mjs FOLDER_OF_THE_BUILT_PROGRAM FOLDER_OF_THE_HISTORY
import { join } from 'node:path';

const [built, directory] = process.argv.slice(2);
const load = (path) => import(join(built, path));
const { DiskHistory } = await load('agent/appliance/history/disk-history.js');
const { systemWallClock } = await load('agent/appliance/history/wall-clock.js');
const { systemTime } = await load('agent/time/system-time.js');

const keys = Array.from({ length: 10 }, (_, index) => `thing_${index}.value`);
const history = new DiskHistory({
  directory,
  size: 64 * 1024 ** 2,
  keepMs: 86_400e3,
  time: systemTime,
  wall: systemWallClock(),
  placeOffset: () => undefined,
  log: { info: () => {}, warn: (fields) => console.error(JSON.stringify(fields)) },
});
await history.open(keys);
setInterval(() => {
  const time = systemTime.now();
  let taken = '';
  for (const key of keys) {
    const seq = history.nextSeq(key);
    history.add(key, { seq, time, value: Math.random(), quality: 'good' });
    taken += `${key} ${seq} ${time}\n`;
  }
  // A pipe takes it at once: it outlives the process.
  process.stdout.write(taken);
}, 5);
