import { defineConfig } from 'vitest/config';

/** Tests that run the program as it is installed; it is built when any of them is to run. */
const ofProgram = ['test/{audio,cli,end-to-end}/**/*.test.ts'];

export default defineConfig({
  test: {
    // Most tests wait for processes and sound: every core is one to wait on.
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          // They keep no state in modules, and starting a process for each takes longer than most of them.
          isolate: false,
          include: ['agent/**/*.test.ts', 'devices/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ofProgram,
        },
      },
      {
        extends: true,
        test: { name: 'program', include: ofProgram, globalSetup: 'test/support/build.ts' },
      },
    ],
  },
});
