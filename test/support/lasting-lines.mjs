/*
 * allo-agent with GPIO lines that outlast it, as those of hardware do:
 * node lasting-lines.mjs FOLDER_OF_THE_BUILT_PROGRAM FILE ARGUMENT...
 * FILE has one line of JSON for each change of a level: { line, high, at }, `at` in ms of CLOCK_MONOTONIC.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [node, , built, file, ...args] = process.argv;
const { simulatedGpio } = await import(join(built, 'devices/gpio/simulated/backend.js'));
const { systemTime } = await import(join(built, 'agent/time/system-time.js'));

const changes = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').map((text) => JSON.parse(text)) : [];
for (const [line, high] of new Map(changes.map(({ line, high }) => [line, high]))) {
  const request = {
    address: { line },
    consumer: 'the board',
    activeLow: false,
    direction: 'out',
    initial: high ? 'on' : 'off',
  };
  const held = await simulatedGpio.request(request, { edge() {}, lost() {} }, systemTime);
  held.release();
}
simulatedGpio.listen(({ line }, high) => {
  appendFileSync(file, `${JSON.stringify({ line, high, at: systemTime.now() })}\n`);
});

const program = join(built, 'agent/main.js');
process.argv = [node, program, ...args];
await import(program);
