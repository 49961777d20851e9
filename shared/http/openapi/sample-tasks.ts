import type { Task } from '../../task/task.ts';
import { DEFAULT_DEADLINE_MS, DEFAULT_RETENTION_MS } from '../../task/limits.ts';
import {
  statusCancelled,
  statusFailed,
  statusStarted,
  statusStopped,
  statusSucceeded,
} from '../../task/task.ts';
import { DEFAULT_TENANT } from '../../task/tenant.ts';
import { representTask } from '../representation.ts';

/** The id of the task in examples. */
export const SAMPLE_ID = 'eba6a8e9fc4cc9f7be0876f484f158a8';

/** A request that examples begin with. */
export interface SampleRequest {
  readonly action: string;
  readonly input: unknown;
}

type Shown = ReturnType<typeof representTask>;

/** Tasks as the API would show them, by the component that each is. */
export function sampleTasks(
  request: SampleRequest,
): Readonly<Record<'OpenTask' | 'Task' | 'SucceededTask' | 'FailedTask' | 'CancelledTask', Shown>> {
  const createdAt = Date.UTC(2026, 10, 24, 9, 30);
  const started = {
    tenant: DEFAULT_TENANT,
    id: SAMPLE_ID,
    ...request,
    attempt: 1,
    createdAt,
    attemptStartedAt: createdAt + 40,
    deadlineAt: createdAt + DEFAULT_DEADLINE_MS,
    version: 1,
  };
  const stoppedAt = createdAt + 1250;
  const ended = {
    ...started,
    activeStatus: statusStopped,
    stoppedAt,
    expiresAt: stoppedAt + DEFAULT_RETENTION_MS,
  } as const;
  const error = {
    name: 'Error',
    message: 'The action threw an error.',
    code: 'action-failed',
    retryable: true,
    attempt: 1,
  };
  const open: Task = {
    ...started,
    activeStatus: statusStarted,
    finalStatus: null,
    progress: { percent: 50 },
  };
  const succeeded: Task = { ...ended, finalStatus: statusSucceeded };
  return {
    OpenTask: representTask(open),
    Task: representTask(succeeded),
    SucceededTask: representTask(succeeded),
    FailedTask: representTask({ ...ended, finalStatus: statusFailed, error }),
    CancelledTask: representTask({ ...ended, finalStatus: statusCancelled }),
  };
}
