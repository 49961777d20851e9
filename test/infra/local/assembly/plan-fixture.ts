import { readCloudAssembly } from '../../../../infra/local/assembly/cloud-assembly.ts';
import { localReferences } from '../../../../infra/local/assembly/local-references.ts';
import { planStack, type StackPlan } from '../../../../infra/local/assembly/plan-stack.ts';
import {
  FIXTURE_CODE,
  FIXTURE_RESOURCES,
  writeAssembly,
  type FixtureResources,
} from '../fixture-assembly.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

/** The plan of the fixture's template, with some of its resources changed or added. */
export function planFixture(changes: FixtureResources = {}): StackPlan {
  const directory = temporaryDirectory();
  writeAssembly(directory, { ...FIXTURE_RESOURCES, ...changes }, FIXTURE_CODE);
  const assembly = readCloudAssembly(directory);
  const endpoints = { queueUrl: (name: string) => `http://sqs/${name}`, apiUrl: 'http://api' };
  return planStack(assembly, localReferences(assembly, endpoints));
}
