/*
 * For `node --import`: as it ends, the process writes down the most memory it had, kB, into the file PEAK_MEMORY_FILE.
 * (`process.resourceUsage` says what its parent had, where that was more.)
 */
import { readFileSync, writeFileSync } from 'node:fs';

process.on('exit', () => {
  const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  writeFileSync(process.env.PEAK_MEMORY_FILE, peak);
});
