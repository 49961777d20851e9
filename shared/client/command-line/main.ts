#!/usr/bin/env node
import { runCommandLine } from './run-command-line.ts';

// Whoever reads the output may have seen enough of it, as `head` has.
process.stdout.on('error', (error) => {
  if (!('code' in error) || error.code !== 'EPIPE') throw error;
  process.exit();
});

await runCommandLine(process.argv.slice(2), process.env);
