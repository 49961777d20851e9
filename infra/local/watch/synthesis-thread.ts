// The thread that synthesizes: bundling and CDK take a second of one core, in which the local services must go on.
import { globSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import type { SynthesisAnswer, SynthesisRequest } from './start-synthesizer.ts';

const PACKAGES = `${path.sep}node_modules${path.sep}`;
/** The files of the app itself: this thread goes on with what they were. */
const appFiles: string[] = [];
const hooks = registerHooks({
  load(url, context, nextLoad) {
    if (url.startsWith('file:')) appFiles.push(fileURLToPath(url));
    return nextLoad(url, context);
  },
});
const { createApp } = await import('../../create-app.ts');
hooks.deregister();

parentPort?.on('message', (request: SynthesisRequest) => parentPort?.postMessage(answer(request)));

function answer({ outdir, actions }: SynthesisRequest): SynthesisAnswer {
  try {
    const { directory } = createApp({ outdir, actions }).synth();
    return { directory, sources: sourcesIn(directory), appFiles: appFiles.filter(isOurs) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

/** The files that the bundles are made of, packages aside. */
function sourcesIn(directory: string): string[] {
  const sources = new Set<string>();
  for (const map of globSync('bundle.*/*/*/index.cjs.map', { cwd: directory })) {
    const file = path.join(directory, map);
    const content: { readonly sources: readonly string[] } = JSON.parse(readFileSync(file, 'utf8'));
    for (const source of content.sources) sources.add(path.resolve(path.dirname(file), source));
  }
  return [...sources].filter(isOurs);
}

function isOurs(file: string): boolean {
  return !file.includes(PACKAGES);
}
