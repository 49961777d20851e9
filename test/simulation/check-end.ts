import { eventIdOf } from '../../shared/task/identity.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
/** The clock, its index and two clocks that differ; and a worker that still holds the lease. */
const REPAIR_MS = 10 * MINUTE_MS;
/** What waits for no deadline has ended this long after the last fault: by the longest gap between looks, the retries and their leases. */
const RECOVERY_MS = 6 * 60 * MINUTE_MS;
/** A requested cancel is heard with the next renewal; or its worker has died, and the longest gap between looks passes. */
const CANCEL_MS = 25 * MINUTE_MS;

/** Checks what must be true of every task once a world has come to rest. */
export function checkEnd({ watcher, faults, recorder, stream, answers, writers }: World): void {
  const ends = new Map<string, string>();
  for (const {
    key,
    final,
    deadlineAt,
    startAt = 0,
    createdAt,
    cancelRequestedAt,
  } of watcher.tasks.values()) {
    const { id } = key;
    recorder.check('I4', final !== undefined, id, () => 'the task never ended');
    if (final === undefined) continue;
    const lateMs = final.at - Math.max(deadlineAt, faults.calmFrom) - faults.skewBoundMs;
    recorder.check('I4', lateMs <= REPAIR_MS, id, () => `the task ended ${lateMs} ms after its deadline`);
    if (cancelRequestedAt !== undefined) {
      const heardMs = final.at - Math.max(cancelRequestedAt, faults.calmFrom) - faults.skewBoundMs;
      recorder.check(
        'I4',
        heardMs <= CANCEL_MS,
        id,
        () => `the task ended ${heardMs} ms after its cancel was requested`,
      );
    }
    if (final.status === 'succeeded') {
      const tookMs = final.at - Math.max(startAt, createdAt, faults.calmFrom);
      const wasParked = final.row.outcomeHash !== undefined;
      recorder.check(
        'I4',
        wasParked || tookMs <= RECOVERY_MS,
        id,
        () => `the task ended ${tookMs} ms after all was well`,
      );
    }
    const { error } = final.row;
    if (error?.code === 'deadline-exceeded' && final.status === 'failed' && !final.wasParked) {
      const hadMs = deadlineAt - Math.max(startAt, createdAt, faults.calmFrom) - faults.skewBoundMs;
      recorder.check(
        'I4',
        hadMs <= RECOVERY_MS,
        id,
        () => `the task missed its deadline, though all was well for ${hadMs} ms`,
      );
    }
    ends.set(eventIdOf(final.row), id);
  }
  for (const name of answers.denied) {
    recorder.check(
      'I4',
      !writers.has(name),
      '',
      () => `${name} has stored a task of which it said that it is not stored`,
    );
  }
  const told = new Set(stream.accepted.map((event) => event.id));
  for (const [eventId, id] of ends)
    recorder.check('I14', told.has(eventId), id, () => 'no event tells of the end');
  for (const event of stream.accepted) {
    recorder.check(
      'I14',
      ends.get(event.id) === event.subject,
      event.subject,
      () => `an event tells of no end: ${event.type}`,
    );
  }
}
