import { MAX_TENANT_BYTES } from './limits.ts';
import { bytesOf } from './utf8.ts';

/** The owner of all tasks where no authorizer tells tenants apart. */
export const DEFAULT_TENANT = 'default';

/** Whether `value` can own tasks: a text of 1 to 1,024 bytes; not one with half a surrogate pair, which UTF-8 would make another's. */
export function isTenant(value: unknown): value is string {
  return (
    typeof value === 'string' && value !== '' && value.isWellFormed() && bytesOf(value) <= MAX_TENANT_BYTES
  );
}
