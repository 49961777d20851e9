import { onTestFinished } from 'vitest';
import { startLocalStack, type LocalStack } from '../../../infra/local/local-stack.ts';
import {
  FIXTURE_CODE,
  FIXTURE_RESOURCES,
  writeAssembly,
  type FixtureCode,
  type FixtureResources,
} from './fixture-assembly.ts';
import { temporaryDirectoryInRepository } from './temporary-directory.ts';

interface Settings {
  readonly dataDirectory?: string;
  readonly port?: number;
  readonly resources?: FixtureResources;
  readonly code?: FixtureCode;
}

/** Runs a template, by default the fixture's, until the test is over; also what the stack prints. */
export async function startFixture(
  settings: Settings = {},
): Promise<{ stack: LocalStack; lines: readonly string[] }> {
  const { resources = FIXTURE_RESOURCES, code = FIXTURE_CODE, port = 0, ...rest } = settings;
  const assemblyDirectory = temporaryDirectoryInRepository();
  writeAssembly(assemblyDirectory, resources, code);
  const lines: string[] = [];
  const stack = await startLocalStack({
    assemblyDirectory,
    port,
    ...rest,
    print: (line) => lines.push(line),
  });
  onTestFinished(() => stack.close());
  return { stack, lines };
}
