import path from 'node:path';
import { expect, test } from 'vitest';
import { startSynthesizer } from '../../../../infra/local/watch/start-synthesizer.ts';
import { temporaryDirectoryInRepository } from '../temporary-directory.ts';

const ROOT = path.resolve(import.meta.dirname, '../../../..');
const inRoot = (file: string): string => path.join(ROOT, file);

test('tells the files of bundles and app apart, and makes the app anew when one of its own has changed', async () => {
  const actions = inRoot('functions/actions/registry.ts');
  const synthesizer = startSynthesizer(temporaryDirectoryInRepository(), actions);
  const first = await synthesizer.synthesize();
  expect(first.sources).toEqual(
    expect.arrayContaining([actions, inRoot('functions/actions/csv-profile.run.ts')]),
  );
  expect(first.appFiles).toEqual(
    expect.arrayContaining([inRoot('infra/task-functions.ts'), inRoot('shared/environment-names.ts')]),
  );
  expect(first.appFiles).not.toContain(actions);
  expect([...first.sources, ...first.appFiles].join('\n')).not.toContain('node_modules');

  const second = await synthesizer.synthesize([inRoot('shared/environment-names.ts')]);
  expect(second.directory).not.toBe(first.directory);
  expect(second.appFiles.toSorted()).toEqual(first.appFiles.toSorted());
});
