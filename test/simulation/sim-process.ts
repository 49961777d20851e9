import type { Clock } from '../../shared/task/clock.ts';
import { UnavailableError } from '../../shared/task/errors.ts';
import type { Logger } from '../../shared/task/logger.ts';
import type { Random } from '../../shared/task/random.ts';
import type { Chance } from './chance.ts';
import type { Engine } from './engine.ts';
import type { CallFault, Faults } from './faults.ts';
import type { Recorder } from './recorder.ts';

/** What every part of a world works with. */
export interface Universe {
  readonly engine: Engine;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly recorder: Recorder;
  /** A number that no process of the world had before. */
  nextNumber(): number;
  /** Sees every line that is logged. */
  readonly onLine: (line: string) => void;
}

/** What a process is there for. */
export type Role = 'api' | 'status' | 'worker' | 'reconciler' | 'events' | 'cancel' | 'complete' | 'mark';

/** A port that a process calls. */
interface Call<Value> {
  readonly service: 'storage' | 'queue' | 'bus';
  readonly step: string;
  readonly reads: boolean;
  /** The task that it is about, or ''. */
  readonly about: string;
  /** What the other side does, at one moment. */
  readonly apply: () => Promise<Value>;
}

/** A process: code that goes on only when a port answers or a sleep ends, and never again once it is dead. */
export interface SimProcess {
  readonly name: string;
  readonly role: Role;
  /** The claims that it has made. */
  readonly claims: Set<string>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** When the platform stops it, by true time. */
  readonly endsAt: number;
  isAlive(): boolean;
  /** Whether anything was slow or failed. */
  isDisturbed(): boolean;
  kill(why: string): void;
  /** It has answered, and is frozen. */
  end(): void;
  call<Value>(call: Call<Value>): Promise<Value>;
}

/** Starts a process, which the platform kills after `timeoutMs`. */
export function startProcess(universe: Universe, role: Role, timeoutMs: number): SimProcess {
  const { engine, chance, faults, recorder, onLine } = universe;
  const name = `${role}#${universe.nextNumber()}`;
  const skewMs = chance.between(-faults.skewBoundMs, faults.skewBoundMs);
  const endsAt = engine.now() + timeoutMs;
  let alive = true;
  let disturbed = false;
  const timeout = engine.at(endsAt, () => kill('its time is up'));
  if (faults.happens('sudden death')) {
    const lifeMs = chance.pick([100, 5000, 60_000, timeoutMs]);
    engine.at(engine.now() + chance.between(0, lifeMs), () => kill('killed'));
  }

  // Alive, and alone: nothing that it sends arrives for a while.
  const cutFrom = faults.happens('cut off') ? engine.now() + chance.between(0, 90_000) : endsAt;
  const cutUntil = cutFrom + chance.between(1000, 300_000);

  function kill(why: string): void {
    if (!alive) return;
    alive = false;
    timeout.cancelled = true;
    recorder.note('', () => `${name} dies: ${why}`);
  }

  function end(): void {
    alive = false;
    timeout.cancelled = true;
  }

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const planned = Number.isFinite(ms) ? engine.at(engine.now() + Math.max(0, ms), wake) : undefined;
      signal?.addEventListener('abort', wake, { once: true });
      function wake(): void {
        if (planned !== undefined) planned.cancelled = true;
        signal?.removeEventListener('abort', wake);
        if (alive) resolve();
      }
    });
  }

  function call<Value>({ service, step, reads, about, apply }: Call<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      if (!alive) return;
      const isCut = engine.now() >= cutFrom && engine.now() < cutUntil;
      const fault = isCut ? 'throttled' : faults.ofCall(service, reads);
      recorder.cover(`${role} ${step}`, fault);
      if (fault !== 'none') disturbed = true;
      recorder.note(about, () => `${name} ${step}${fault === 'none' ? '' : ` (${fault})`}`);
      // What was on its way when the process died may arrive all the same.
      const survives = chance.happens(0.5);
      const arrives = engine.now() + latency(fault);
      const returns = arrives + latency('none');

      function applyAt(time: number, then?: (result: Promise<Value>) => void): void {
        engine.at(time, () => {
          if (!alive && !survives) return;
          const result = apply();
          then?.(result);
        });
      }
      function answer(result: Promise<Value>, time: number): void {
        engine.at(time, () => {
          if (alive) result.then(resolve, reject);
        });
      }
      function fail(time: number): void {
        const error = new UnavailableError(service === 'bus' ? 'queue' : service, {
          cause: new Error(fault),
        });
        engine.at(time, () => {
          if (alive) reject(error);
        });
      }

      switch (fault) {
        case 'none':
        case 'slow':
          return applyAt(arrives, (result) => answer(result, returns));
        case 'crash before':
          engine.at(arrives, () => kill(`before ${step}`));
          return undefined;
        case 'crash after':
          return applyAt(arrives, () => kill(`after ${step}`));
        case 'throttled':
          return fail(returns);
        case 'answer lost':
          applyAt(arrives);
          return fail(returns + chance.between(1000, 8000));
        case 'applied late': {
          const failsAt = returns + chance.between(1000, 8000);
          applyAt(failsAt + chance.between(0, 40_000));
          return fail(failsAt);
        }
        case 'applied twice': {
          applyAt(arrives);
          const again = returns + chance.between(200, 4000);
          return applyAt(again, (result) => answer(result, again + latency('none')));
        }
      }
    });
  }

  function latency(fault: CallFault): number {
    return fault === 'slow' ? chance.between(500, 8000) : chance.between(1, 20);
  }

  const log =
    (level: string) =>
    (message: string, members: object = {}) => {
      onLine(`${message} ${JSON.stringify(members)}`);
      recorder.note(taskIdIn(members), () => `${name} ${level}: ${message}`);
    };
  return {
    name,
    role,
    endsAt,
    claims: new Set(),
    clock: { now: () => engine.now() + skewMs, sleep, idle: sleep },
    random: chance.random,
    logger: { info: log('says'), warn: log('warns'), error: log('reports') },
    isAlive: () => alive,
    isDisturbed: () => disturbed,
    kill,
    end,
    call,
  };
}

function taskIdIn(members: object): string {
  const id: unknown = Reflect.get(members, 'task-id');
  return typeof id === 'string' ? id : '';
}
