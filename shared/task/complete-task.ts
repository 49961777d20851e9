import type { Action } from './action.ts';
import { canonicalJson } from './canonical-json.ts';
import { readCompletionToken } from './completion-token.ts';
import { CompletionTokenInvalidError, CompletionTokenStaleError, TaskAlreadyFinalError } from './errors.ts';
import { readTask } from './fetch-task.ts';
import { claimIdOf, contentHash } from './identity.ts';
import { parseJson } from './json.ts';
import type { MarkDependencies } from './mark-task.ts';
import { complete, noteProgress } from './operations.ts';
import type { Outcome } from './operations.ts';
import { checkOutput, outputJson, storeOutput } from './output.ts';
import { storedProgress } from './progress.ts';
import { taskErrorOf } from './task-error.ts';
import { isExpired } from './task-row.ts';
import type { TaskRow } from './task-row.ts';
import { hasFinalStatus, statusFailed, statusSucceeded } from './task.ts';
import type { Task, TaskKey, TaskProgress } from './task.ts';

/** What completing a task from outside needs. */
export interface CompleteDependencies extends MarkDependencies {
  /** The action that a task names, for its output's schema; undefined when it is not here, and the output is taken as it comes. */
  findAction(task: TaskKey & { readonly action: string }): Action | undefined;
}

/**
 * Ends the task of a completion token as succeeded, whether its attempt still runs or is parked; returns it. Repeated with
 * the same output, it is no conflict and writes nothing.
 * @throws CompletionTokenInvalidError when the text is no token of a task, CompletionTokenStaleError when a newer attempt has begun,
 *   TaskAlreadyFinalError when the task has ended otherwise, AttemptError when the output is not JSON, too large, or refused by the action's schema.
 */
export async function succeedTask(
  dependencies: CompleteDependencies,
  token: string,
  output: unknown,
): Promise<Task> {
  const json = outputJson(output);
  const body = json === '' ? ['succeed'] : ['succeed', parseJson(json)];
  return completeTask(dependencies, token, body, async (row) => {
    const schema = dependencies.findAction(row)?.output;
    if (schema !== undefined) await checkOutput(schema, json === '' ? undefined : parseJson(json));
    return { finalStatus: statusSucceeded, output: await storeOutput(dependencies, row, json) };
  });
}

/**
 * Ends the task of a completion token as failed with whatever `error` is; returns it. No further attempt follows.
 * @throws as `succeedTask`.
 */
export async function failTask(
  dependencies: CompleteDependencies,
  token: string,
  error: unknown,
): Promise<Task> {
  const described = { ...taskErrorOf(error, 0), retryable: false };
  const { name, message, code } = described;
  return completeTask(dependencies, token, ['fail', name, message, code], async ({ attempt }) => ({
    finalStatus: statusFailed,
    error: { ...described, attempt },
  }));
}

/**
 * Notes progress on the task of a completion token; returns the task. It does not put off its deadline.
 * @throws as `succeedTask`, and RangeError when the percentage is no number.
 */
export async function heartbeatTask(
  { storage, clock }: CompleteDependencies,
  token: string,
  progress: TaskProgress,
): Promise<Task> {
  const { key, claimId } = readToken(token);
  const noted = storedProgress(progress);
  if (noted === undefined) throw new RangeError(`The progress is ${progress.percent} %; use 0 to 100.`);
  const { applied, row } = await storage.update(key, noteProgress(claimId, noted));
  if (applied) return readTask(storage, row);
  throw new TaskAlreadyFinalError(requireClaim(row, claimId, clock.now()));
}

async function completeTask(
  { storage, clock, retentionMs }: CompleteDependencies,
  token: string,
  body: readonly unknown[],
  outcomeFor: (row: TaskRow) => Promise<Outcome>,
): Promise<Task> {
  const { key, claimId } = readToken(token);
  const outcomeHash = contentHash(canonicalJson(body));
  // Read first: what is refused, or repeated, must not even leave an output row behind.
  const seen = requireClaim(await storage.get(key, { now: clock.now() }), claimId, clock.now());
  if (hasFinalStatus(seen)) return readTask(storage, requireSame(seen, outcomeHash));
  const outcome = await outcomeFor({ ...seen, outcomeHash });
  const change = complete(claimId, outcome, outcomeHash, { now: clock.now(), retentionMs });
  const { applied, row } = await storage.update(key, change);
  if (applied) return readTask(storage, row);
  return readTask(storage, requireSame(requireClaim(row, claimId, clock.now()), outcomeHash));
}

function readToken(token: string): { readonly key: TaskKey; readonly claimId: string } {
  const read = readCompletionToken(token);
  if (read === undefined) throw new CompletionTokenInvalidError();
  return { key: read.key, claimId: claimIdOf(read.secret) };
}

/** The row of a task whose newest claim is the token's. */
function requireClaim(row: TaskRow | undefined, claimId: string, now: number): TaskRow {
  if (row === undefined || isExpired(row, now)) throw new CompletionTokenInvalidError();
  if (row.claimId !== claimId) throw new CompletionTokenStaleError(row.id);
  return row;
}

/** A row that ended by this very completion. */
function requireSame(row: TaskRow, outcomeHash: string): TaskRow {
  if (row.outcomeHash !== outcomeHash) throw new TaskAlreadyFinalError(row);
  return row;
}
