import { UnavailableError } from '../task/errors.ts';

/** Sends a request; whatever goes wrong with it rejects as the port's `UnavailableError`, the SDK's own error as its cause. */
export async function reaching<Value>(
  port: 'storage' | 'queue',
  request: () => Promise<Value>,
): Promise<Value> {
  try {
    return await request();
  } catch (cause) {
    throw new UnavailableError(port, { cause });
  }
}
