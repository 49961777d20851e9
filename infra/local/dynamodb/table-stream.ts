import { openChangeLog, type ChangeLog, type StreamView } from './change-log.ts';
import { localStreamArn } from '../assembly/local-account.ts';
import { changeNumber, streamRecord, type StreamRecord } from './stream-record.ts';

/** A table's stream for its reader, of whom there is one: one shard, whose position is kept with the data. */
export interface TableStream {
  readonly arn: string;
  /** Where a reader starts who has never read; later calls change nothing. */
  startFrom(position: 'TRIM_HORIZON' | 'LATEST'): void;
  /** The records that were not passed, oldest first, those of the last 24 hours at most. */
  records(): Iterable<StreamRecord>;
  /** Says that the reader is done with a record and all before it. */
  pass(sequenceNumber: string): void;
  /** Resolves when there is a record more, or the signal aborts. */
  grown(signal: AbortSignal): Promise<void>;
}

/** The same for those who write the table. */
export interface WrittenStream
  extends TableStream, Pick<ChangeLog, 'view' | 'begin' | 'begun' | 'end' | 'close'> {}

/** Opens the stream of a table, whose changes are kept in a file or in memory. @throws Error when the file is damaged. */
export function openTableStream(
  tableName: string,
  file: string | undefined,
  now: () => number,
): WrittenStream {
  const log = openChangeLog(file, now);
  const arn = localStreamArn(tableName);
  const growth = new EventTarget();
  return {
    arn,
    get view() {
      return log.view;
    },
    set view(view: StreamView | undefined) {
      log.view = view;
    },
    begin: (intended) => log.begin(intended),
    begun: () => log.begun(),
    end(number, after) {
      try {
        log.end(number, after);
      } finally {
        growth.dispatchEvent(new Event('grown'));
      }
    },
    startFrom(position) {
      if (log.passed === undefined) log.pass(position === 'LATEST' ? log.last : 0);
    },
    *records() {
      for (const change of log.ended()) yield streamRecord(arn, change);
    },
    pass: (sequenceNumber) => log.pass(changeNumber(sequenceNumber)),
    grown: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const done = (): void => {
          growth.removeEventListener('grown', done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        growth.addEventListener('grown', done);
        signal.addEventListener('abort', done);
      }),
    close: () => log.close(),
  };
}
