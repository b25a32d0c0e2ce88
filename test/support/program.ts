import { join } from 'node:path';
import { root } from './source-files.ts';

/** Environment variable with the path of the `main.js` that was built for this run of the tests. */
export const mainVariable = 'ALLO_AGENT_MAIN';

/** `main.js` of the program as it is installed; outside of tests what `npm run build` made. */
export const mainScript = process.env[mainVariable] ?? join(root, 'dist/agent/main.js');
