import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests that run the program as it is installed; it is built when any of them is to run. */
const ofProgram = ['test/{audio,cli,end-to-end}/**/*.test.ts'];
/** Those, of them and others, that measure what is heard, or how soon something happens, on real clocks. */
const inRealTime = [
  'test/audio/playback.test.ts',
  'test/end-to-end/{intercom,run}.test.ts',
  'test/enet/interop-round-trip.test.ts',
  'test/place/dialect-udp.test.ts',
];

const ownFolder = 'test/support/temporary-folder.ts';
const building = [ownFolder, 'test/support/build.ts'];

export default defineConfig({
  test: {
    // Guards against what hangs, and nothing else: a machine may be ten times slower than another, and stall.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 90_000, interval: 20 } },
    // One group after the other.
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          // They keep no state in modules, and starting a process for each takes longer than most of them.
          isolate: false,
          maxWorkers: '100%',
          globalSetup: [ownFolder],
          include: ['agent/**/*.test.ts', 'devices/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...ofProgram, ...inRealTime],
        },
      },
      {
        extends: true,
        test: {
          name: 'program',
          // They wait for processes, for sound and for time to pass more than they compute.
          maxWorkers: availableParallelism() + 1,
          sequence: { groupOrder: 1 },
          globalSetup: building,
          include: ofProgram,
          exclude: inRealTime,
        },
      },
      {
        extends: true,
        test: {
          name: 'real time',
          // Nothing beside them but one another, so that what they measure is the program and not the machine.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
          globalSetup: building,
          include: inRealTime,
        },
      },
    ],
  },
});
