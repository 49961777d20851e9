import type { AttemptSignal } from './attempt-signal.ts';
import { reasonOf } from './errors.ts';
import { CLOCK_SKEW_MS, LEASE_GRACE_MS, LEASE_SPAN_MS } from './limits.ts';
import { heartbeat } from './operations.ts';
import { AttemptError } from './task-error.ts';
import type { TaskRow } from './task-row.ts';
import type { TaskProgress } from './task.ts';
import type { Work, WorkDependencies } from './work.ts';

/** A claim that has begun: the row as the claim left it, and the lease that it took. */
export interface Claimed {
  readonly work: Work;
  readonly row: TaskRow;
  readonly claimId: string;
  /** What `claimId` is the hash of. */
  readonly secret: string;
  readonly leaseUntil: number;
}

/** A lease that is being renewed. */
export interface HeldLease {
  /** Stored with the next renewal, which then comes within 5 s. */
  noteProgress(progress: TaskProgress): void;
  /** Whether a renewal has learned that somebody wants the task cancelled. */
  isCancelRequested(): boolean;
  /** Ends the renewing; resolves once none is under way, with the time when the lease ends. */
  stop(): Promise<number>;
}

/** How often the holder looks whether there is something to write. */
const TICK_MS = 5000;
/** A lease is renewed when this part of it has passed, so that two renewals may fail before it ends. */
const RENEW_AFTER = 1 / 3;

/** Renews the lease of a claim until it is stopped; aborts the attempt when the lease is lost or a cancel is requested. */
export function holdLease(
  dependencies: WorkDependencies,
  claimed: Claimed,
  attempt: AttemptSignal,
): HeldLease {
  const { storage, queue, clock, logger } = dependencies;
  const { work, row, claimId } = claimed;
  /** The ends that the lease may have by now: of the newest renewal that is known to be made, or else of one that failed since, and may have been made. */
  let ends: readonly number[] = [claimed.leaseUntil];
  let renewAt = renewalOf(claimed.leaseUntil);
  let noted: TaskProgress | undefined;
  let cancelRequested = false;
  const stopper = new AbortController();
  const renewing = renew();
  void watchEnd();

  function renewalOf(until: number): number {
    return clock.now() + (until - clock.now()) * RENEW_AFTER;
  }

  async function renew(): Promise<void> {
    for (;;) {
      await clock.sleep(Math.min(TICK_MS, Math.max(0, renewAt - clock.now())), stopper.signal);
      if (stopper.signal.aborted) return;
      if (noted !== undefined || clock.now() >= renewAt) await beat();
    }
  }

  async function beat(): Promise<void> {
    const progress = noted;
    noted = undefined;
    const now = clock.now();
    const span = Math.min(Math.max(0, attempt.endsAt - now), LEASE_SPAN_MS);
    const until = Math.min(now + span, row.deadlineAt) + LEASE_GRACE_MS;
    try {
      const result = await storage.update(row, heartbeat(claimId, { from: ends, until }, progress));
      if (!result.applied) return lose();
      ends = [until];
      renewAt = renewalOf(until);
      if (result.row.cancelRequested) cancel();
    } catch (error) {
      noted ??= progress;
      renewAt = clock.now() + TICK_MS;
      // Once, not every 5 s for as long as the storage is away.
      if (ends.length === 1) {
        logger.warn('the lease could not be renewed; it is tried again', { error: reasonOf(error) });
      }
      ends = [...ends, until];
      return;
    }
    if (!stopper.signal.aborted) await hideMessage(until - now);
  }

  /** The message comes back when the lease has ended, should this worker die: sooner than by the queue's own timeout. */
  async function hideMessage(ms: number): Promise<void> {
    try {
      await queue.setVisibility(work.receipt, Math.ceil(ms / 1000));
    } catch (error) {
      logger.warn('the message could not be hidden for longer; it may come early, and find the lease', {
        error: reasonOf(error),
      });
    }
  }

  /** Gives the lease up before another worker, whose clock may be ahead, sees it end; a renewal may hang meanwhile. */
  async function watchEnd(): Promise<void> {
    while (!stopper.signal.aborted) {
      const left = Math.min(...ends) - CLOCK_SKEW_MS - clock.now();
      if (left <= 0) return lose();
      await clock.sleep(left, stopper.signal);
    }
  }

  function lose(): void {
    stopper.abort();
    const message =
      'The attempt lost its lease: another worker took over, the task has ended, or renewing failed.';
    attempt.abort(new AttemptError('lease-lost', message, { retryable: true }));
  }

  function cancel(): void {
    cancelRequested = true;
    attempt.abort(new AttemptError('cancelled', 'The task is to be cancelled.', { retryable: false }));
  }

  return {
    noteProgress: (progress) => {
      noted = progress;
    },
    isCancelRequested: () => cancelRequested,
    async stop() {
      stopper.abort();
      await renewing;
      return Math.min(...ends);
    },
  };
}
