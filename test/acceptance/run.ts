import { startVitest } from 'vitest/node';
import { readAcceptanceArguments, USAGE, type AcceptanceArguments } from './acceptance-arguments.ts';

/** A wrong command line, told apart from failed tests, which exit with 1. */
const EXIT_USAGE = 2;

const target = readOrExplain();
if (target !== undefined) {
  process.env['ACCEPTANCE_URL'] = target.url;
  if (target.signRegion !== undefined) process.env['ACCEPTANCE_SIGN_REGION'] = target.signRegion;
  // Sets the exit code itself.
  const vitest = await startVitest('test', [], {
    watch: false,
    project: ['acceptance'],
  });
  await vitest.close();
}

function readOrExplain(): AcceptanceArguments | undefined {
  try {
    return readAcceptanceArguments(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exitCode = EXIT_USAGE;
    return undefined;
  }
}
