import type { Context } from 'aws-lambda';
import { lambdaContext } from '../fakes/lambda-events.ts';
import { startProcess } from './sim-process.ts';
import type { Role, SimProcess, Universe } from './sim-process.ts';

/** How an invocation ended: with an answer, by throwing, or not at all, because its process died. */
export type Invocation<Value> =
  | { readonly kind: 'answered'; readonly value: Value }
  | { readonly kind: 'threw'; readonly error: unknown }
  | { readonly kind: 'died' };

/** Runs a handler in a process of its own; settles when it has answered, thrown or died. */
export function invoke<Value>(
  universe: Universe,
  role: Role,
  timeoutMs: number,
  handle: (process: SimProcess, context: Context) => Promise<Value>,
): Promise<Invocation<Value>> {
  const { engine, faults } = universe;
  return new Promise((resolve) => {
    const process = startProcess(universe, role, timeoutMs);
    const context: Context = {
      ...lambdaContext(),
      getRemainingTimeInMillis: () => Math.max(0, process.endsAt - engine.now()),
    };
    // Nobody is told of a death at once; the platform notices when the time is up.
    const noticed = engine.at(process.endsAt + 1, () => resolve({ kind: 'died' }));
    void handle(process, context).then(
      (value) => finish({ kind: 'answered', value }),
      (error: unknown) => finish({ kind: 'threw', error }),
    );
    function finish(invocation: Invocation<Value>): void {
      noticed.cancelled = true;
      process.end();
      resolve(faults.happens('response lost') ? { kind: 'died' } : invocation);
    }
  });
}
