import type { Engine } from './engine.ts';
import type { Invariant } from './invariants.ts';

/** An invariant that does not hold, and what shows it. */
export interface Violation {
  readonly invariant: Invariant;
  readonly what: string;
  /** The id of the task. */
  readonly about: string;
}

/** Keeps what happened in a world. */
export interface Recorder {
  /** Notes one line of history about a task, or about no task with ''. */
  note(about: string, what: () => string): void;
  /** Notes that a step of a process met a fault, or none. */
  cover(step: string, fault: string): void;
  /** States that `holds` of a task; a violation when not. */
  check(invariant: Invariant, holds: boolean, about: string, what: () => string): void;
  /** Waits for work that nobody else waits for; what it throws is a fault of the simulation, or of the code that it runs. */
  watch(work: Promise<unknown>): void;
  readonly errors: readonly unknown[];
  readonly violations: readonly Violation[];
  readonly history: readonly { readonly about: string; readonly line: string }[];
  /** How often each invariant was checked. */
  readonly checks: ReadonlyMap<Invariant, number>;
  /** How often each fault came at each step. */
  readonly covered: ReadonlyMap<string, number>;
}

/** Makes a recorder; lines of history cost time and are kept only with `keepsHistory`. */
export function createRecorder(engine: Engine, keepsHistory: boolean): Recorder {
  const start = engine.now();
  const violations: Violation[] = [];
  const history: { about: string; line: string }[] = [];
  const errors: unknown[] = [];
  const checks = new Map<Invariant, number>();
  const covered = new Map<string, number>();
  const count = <Key>(counts: Map<Key, number>, key: Key) => counts.set(key, (counts.get(key) ?? 0) + 1);

  function note(about: string, what: () => string): void {
    if (!keepsHistory) return;
    const seconds = ((engine.now() - start) / 1000).toFixed(3).padStart(10);
    history.push({ about, line: `${seconds} ${what()}` });
  }

  return {
    errors,
    watch: (work) => void work.catch((error: unknown) => errors.push(error)),
    violations,
    history,
    checks,
    covered,
    note,
    cover: (step, fault) => count(covered, `${step} × ${fault}`),
    check(invariant, holds, about, what) {
      count(checks, invariant);
      if (holds) return;
      violations.push({ invariant, what: what(), about });
      note(about, () => `!! ${invariant}: ${what()}`);
    },
  };
}
