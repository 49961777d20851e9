import type { AnswerWatcher } from './watch-answers.ts';
import type { EventStream } from './event-stream.ts';
import type { Platform } from './platform.ts';
import type { AttemptListener } from './sim-actions.ts';
import type { Universe } from './sim-process.ts';
import type { Request } from './request.ts';
import type { Table } from './table.ts';
import type { RowWatcher } from './watch-rows.ts';

/** All parts of a simulated world. */
export interface World extends Universe {
  readonly table: Table;
  readonly watcher: RowWatcher;
  readonly answers: AnswerWatcher;
  readonly platform: Platform;
  readonly stream: EventStream;
  readonly listener: AttemptListener;
  readonly retentionMs: number;
  /** The names of the processes that have changed a row. */
  readonly writers: ReadonlySet<string>;
  /** What was asked for, by the id of the task that was made. */
  readonly requests: Map<string, Request>;
}
