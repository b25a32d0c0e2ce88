import { beforeAll } from 'vitest';
import { buildWithinMs, builtProgram } from './build.ts';

export { CliProcess, type Ended, runCli, startCli } from './cli-process.ts';

// No test of the program pays for its being built.
beforeAll(() => builtProgram(), buildWithinMs);
