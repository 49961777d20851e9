import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { describeApi } from '../../infra/describe-api.ts';
import { TaskSystem } from '../../infra/task-system.ts';
import { readTemplate } from './read-template.ts';
import { repositoryRoot, temporaryDirectory } from './temporary-directory.ts';

const DEFINE_ACTION = JSON.stringify(join(repositoryRoot, 'shared/task/action.ts'));

/** The text of the description of an API with one action, whose schema is given as source. */
function described(schema: string): string {
  const sources = temporaryDirectory({
    'registry.ts': [
      `import { defineAction } from ${DEFINE_ACTION};`,
      `const input = ${schema};`,
      `export const actions = [defineAction({ name: 'odd', input, run: () => undefined })];`,
    ].join('\n'),
  });
  const into = temporaryDirectory();
  describeApi(join(sources, 'registry.ts'), temporaryDirectory(), into);
  return readFileSync(join(into, 'openapi.json'), 'utf8');
}

const standard = (members: string) =>
  `{ '~standard': { version: 1, vendor: 'own', validate: (value) => ({ value }), ${members} } }`;

test('a schema that tells its JSON Schema is described by it', () => {
  const text = described(
    standard(`jsonSchema: { input: () => ({ type: 'string', pattern: 'hunter2' }), output: () => ({}) }`),
  );
  expect(JSON.parse(text)).toMatchObject({ openapi: expect.stringMatching(/^3\.1\./) });
  expect(text).toContain('hunter2');
});

test.each([
  ['that tells nothing', standard('')],
  ['that throws when it is asked', standard(`jsonSchema: { input() { throw new Error('no'); } }`)],
  ['that tells what is no schema', standard(`jsonSchema: { input: () => 7 }`)],
])('a schema %s stops no synth: any input is described', (_, schema) => {
  expect(described(schema)).toContain('"odd"');
});

test('another description deploys the status function anew, and no function that does not serve it', () => {
  const stack = new Stack(new App({ outdir: temporaryDirectory() }), 'Foreign');
  for (const name of ['One', 'Two']) {
    const source = `import { defineAction } from ${DEFINE_ACTION};
      const input = ${standard('')};
      export const actions = [defineAction({ name: '${name.toLowerCase()}', input, run: () => undefined })];`;
    const actions = join(temporaryDirectory({ 'registry.ts': source }), 'registry.ts');
    expect(new TaskSystem(stack, name, { actions }).statusFunction).toBeDefined();
  }
  const template = readTemplate(stack);
  const codeOf = (id: string) => template.named('AWS::Lambda::Function', id).Properties['Code'];
  expect(codeOf('OneStatusFunction')).not.toEqual(codeOf('TwoStatusFunction'));
  expect(codeOf('OneReconcilerFunction')).toEqual(codeOf('TwoReconcilerFunction'));
});
