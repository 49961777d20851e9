import { isTaskId } from './identity.ts';
import type { TaskKey } from './task.ts';
import { isTenant } from './tenant.ts';

/** Bytes of a claim's secret: 256 bits, which nobody guesses. */
export const SECRET_BYTES = 32;

/** What a completion token says: the task, and the secret of one of its claims. */
export interface CompletionToken {
  readonly key: TaskKey;
  readonly secret: string;
}

const SECRET = new RegExp(`^[0-9a-f]{${2 * SECRET_BYTES}}$`);

/**
 * The completion token of a claim: the right to complete its task, which carries its own tenant. Printable ASCII without spaces; it may stand
 * in a header. Nobody but its holder has it: of the secret only a hash is stored.
 */
export function completionTokenOf({ tenant, id }: TaskKey, secret: string): string {
  return `${encodeURIComponent(tenant.toWellFormed())}/${id}/${secret}`;
}

/** What a completion token says, or undefined when the text is none. Whether it is valid only the task's row can tell. */
export function readCompletionToken(text: string): CompletionToken | undefined {
  const [encoded = '', id, secret = '', ...more] = text.split('/');
  const tenant = decode(encoded);
  if (more.length > 0 || !isTenant(tenant) || !isTaskId(id) || !SECRET.test(secret)) return undefined;
  return { key: { tenant, id }, secret };
}

function decode(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
