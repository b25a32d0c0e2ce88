#!/usr/bin/env node
import { runCommandLine } from './cli/program.ts';

// Whoever reads our output may stop early, as in `allo-agent discover | head`: no reason to fail.
process.stdout.on('error', () => {});

process.exitCode = await runCommandLine(process.argv.slice(2));
