import type { RequestedTimes } from '../../shared/task/task-times.ts';
import type { Plan } from './sim-actions.ts';

/** What a caller asks for. */
export interface Request {
  readonly tenant: string;
  readonly idempotencyKey: string;
  readonly action: string;
  readonly input: Plan;
  /** Started by a rule of EventBridge, not by a caller. */
  readonly comesAsEvent: boolean;
  readonly times: RequestedTimes;
}

/** What makes two requests the same: all of one but the way in which it comes. */
export function identityOf({ tenant, idempotencyKey, action, input, times }: Request): string {
  return JSON.stringify([tenant, idempotencyKey, action, input, times]);
}
