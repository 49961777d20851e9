import type { CloudAssembly } from '../assembly/cloud-assembly.ts';
import type { FunctionDefinition } from '../assembly/read-function.ts';
import type { FunctionSet } from './create-functions.ts';

/** An asset's name: the hash of its content. */
const ASSET = /[\da-f]{64}/g;

/**
 * Gives the functions whose code is another one in `next` that code, and answers their labels.
 *
 * @throws Error when the template differs in more than code: what runs is what was started.
 */
export function replaceCode(
  current: CloudAssembly,
  next: CloudAssembly,
  definitions: readonly FunctionDefinition[],
  functions: FunctionSet,
): string[] {
  if (withoutAssets(current) !== withoutAssets(next)) {
    throw new Error('the template itself is another one now; stop the stack, and start it again.');
  }
  return definitions.flatMap((definition) => {
    const target = functions.named(definition.name);
    return target.replaceCode(definition) ? [definition.label] : [];
  });
}

function withoutAssets({ resources }: CloudAssembly): string {
  return JSON.stringify(resources).replaceAll(ASSET, '');
}
