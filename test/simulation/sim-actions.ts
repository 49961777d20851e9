import * as v from 'valibot';
import { defineAction } from '../../shared/task/action.ts';
import type { Action, ActionContext } from '../../shared/task/action.ts';
import { readCompletionToken } from '../../shared/task/completion-token.ts';
import { claimIdOf } from '../../shared/task/identity.ts';
import { PermanentError } from '../../shared/task/permanent-error.ts';
import type { Chance } from './chance.ts';
import type { Mood } from './faults.ts';
import type { SimProcess } from './sim-process.ts';

/** What an attempt does in the end, after a time. */
const endings = [
  'return',
  'throw',
  'give up',
  'park',
  'hang',
  'ignore the signal',
  'return no JSON',
] as const;

const step = v.object({
  does: v.picklist(endings),
  ms: v.number(),
  bytes: v.number(),
  handsOut: v.boolean(),
});

/** What a task of a simulated world asks for: a step for each attempt, the last one for all further. */
const planSchema = v.object({ steps: v.array(step), secret: v.string(), padding: v.string() });

/** An input of a simulated action. */
export type Plan = v.InferOutput<typeof planSchema>;

/** An attempt whose action has begun. */
export interface RunningAttempt {
  readonly taskId: string;
  /** Of the create that stored the task. */
  readonly nonce: string;
  readonly claimId: string;
  readonly process: SimProcess;
  readonly signal: AbortSignal;
  readonly beganAt: number;
  /** Of its action. */
  readonly timeoutMs: number;
  /** The JSON text that it returned. */
  output?: string;
  endedAt?: number;
  /** It threw what another attempt may mend. */
  threw?: boolean;
}

/** Hears of attempts. */
export interface AttemptListener {
  onBegin(attempt: RunningAttempt): void;
  onEnd(attempt: RunningAttempt): void;
  /** A completion token is in the hands of somebody outside. */
  onToken(token: string): void;
  now(): number;
}

/** The names of the actions, with how often each is attempted and how long it may take. */
export const actionSettings = [
  { name: 'work', maxAttempts: 3, timeoutMs: 60_000 },
  { name: 'work-once', maxAttempts: 1, timeoutMs: 30_000 },
  { name: 'work-long', maxAttempts: 2, timeoutMs: 600_000 },
] as const;

/** The actions as they are executed in a process. */
export function actionsIn(process: SimProcess, listener: AttemptListener): readonly Action[] {
  return actionSettings.map(({ name, maxAttempts, timeoutMs }) =>
    defineAction({
      name,
      input: planSchema,
      timeoutMs,
      retry: { maxAttempts },
      run: (plan, context) => perform(process, listener, timeoutMs, plan, context),
    }),
  );
}

async function perform(
  process: SimProcess,
  listener: AttemptListener,
  timeoutMs: number,
  plan: Plan,
  context: ActionContext,
): Promise<unknown> {
  const { signal, completionToken, taskId } = context;
  const nonce = context.idempotencyKey.slice(taskId.length + 1);
  const claimId = claimIdOf(readCompletionToken(completionToken)?.secret ?? '');
  const beganAt = listener.now();
  const attempt: RunningAttempt = { taskId, nonce, claimId, process, signal, beganAt, timeoutMs };
  listener.onBegin(attempt);
  try {
    const { does, ms, bytes, handsOut } = plan.steps[context.attempt - 1] ?? plan.steps.at(-1) ?? nothing;
    context.log.info('an attempt is under way');
    if (handsOut) listener.onToken(completionToken);
    context.progress(50, 'half');
    await process.clock.sleep(ms, does === 'ignore the signal' ? undefined : signal);
    if (does !== 'ignore the signal') signal.throwIfAborted();
    switch (does) {
      case 'throw':
        attempt.threw = true;
        throw new Error(`no, ${plan.secret}`);
      case 'give up':
        throw new PermanentError(`never, ${plan.secret}`);
      case 'park':
        return context.waitForCompletion();
      case 'hang':
        return await new Promise(() => undefined);
      case 'return no JSON':
        return { secret: plan.secret, at: 10n };
      case 'return':
      case 'ignore the signal': {
        const output = { by: claimId, secret: plan.secret, padding: 'x'.repeat(bytes) };
        attempt.output = JSON.stringify(output);
        return output;
      }
    }
  } finally {
    attempt.endedAt = listener.now();
    listener.onEnd(attempt);
  }
}

const nothing = { does: 'return', ms: 0, bytes: 0, handsOut: false } as const;

/** Draws a plan: short and long, small and large, and everything that an action may do. */
export function drawPlan(chance: Chance, number: number, mood: Mood): Plan {
  const steps = Array.from({ length: chance.between(1, 3) }, () => ({
    ...drawEnding(chance, mood),
    bytes: chance.pick([0, 0, 100, 2000]),
    handsOut: chance.happens(0.4),
  }));
  // Some are too large for the task row.
  const padding = 'x'.repeat(number % 3 === 0 ? 2000 : 0);
  return { steps, secret: `SECRET-${number}-${chance.random.hex(4)}`, padding };
}

function drawEnding(chance: Chance, mood: Mood): Pick<Plan['steps'][number], 'does' | 'ms'> {
  if (mood === 'slow') return { does: 'return', ms: chance.between(80_000, 400_000) };
  if (mood === 'parking') return { does: 'park', ms: chance.between(5000, 45_000) };
  const does = chance.happens(0.45) ? 'return' : chance.pick(['throw', 'hang', 'park', ...endings]);
  return { does, ms: drawDuration(chance) };
}

function drawDuration(chance: Chance): number {
  return chance.pick([
    0,
    chance.between(0, 500),
    chance.between(0, 40_000),
    chance.between(5000, 45_000),
    chance.between(0, 90_000),
    chance.between(60_000, 600_000),
    chance.between(60_000, 600_000),
  ]);
}
