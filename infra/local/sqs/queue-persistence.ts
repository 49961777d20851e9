import type { DatabaseSync } from 'node:sqlite';

import { DirectoryInUseError } from '../directory-lock.ts';
import type { FauxqsInternals, Message, Persistence, Store } from './fauxqs-internals.ts';

/**
 * Opens fauxqs's SQLite file in a directory, corrected where fauxqs 2.4.1 fails: a visibility of 0 breaks its schema,
 * and the trace header is not kept. What was acknowledged survives the death of the process.
 * @throws when another process has the directory open: the message names it and the cure.
 */
export function openQueuePersistence(fauxqs: FauxqsInternals, directory: string): Persistence {
  class QueuePersistence extends fauxqs.PersistenceManager {
    override insertMessage(queueName: string, message: Message): void {
      super.insertMessage(queueName, message);
      if (message.traceHeader === undefined) return;
      this.db
        .prepare('UPDATE sqs_messages SET trace_header = ? WHERE message_id = ?')
        .run(message.traceHeader, message.messageId);
    }

    /** fauxqs writes NULL as the receive count, which its own schema refuses. */
    override updateMessageReady(messageId: string): void {
      this.db
        .prepare(
          'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
        )
        .run(messageId);
    }

    override loadSqsQueues(store: Store): void {
      super.loadSqsQueues(store);
      const headers = new Map<string, string>();
      const rows = this.db.prepare(
        'SELECT message_id, trace_header FROM sqs_messages WHERE trace_header IS NOT NULL',
      );
      for (const row of rows.all()) headers.set(String(row['message_id']), String(row['trace_header']));
      for (const message of messagesIn(store)) message.traceHeader = headers.get(message.messageId);
    }
  }

  try {
    const persistence = new QueuePersistence(directory);
    prepareDatabase(persistence.db);
    return persistence;
  } catch (error) {
    if (!isDatabaseBusy(error)) throw error;
    throw new DirectoryInUseError(
      `The SQS data in ${directory} is open in another process: stop that one, or choose another directory.`,
      { cause: error },
    );
  }
}

/** SQLite's result code for a lock that another connection holds: https://www.sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;

function isDatabaseBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}

/** Takes one receive off a message's stored count, as if it had not taken place. */
export function lowerReceiveCount(persistence: Persistence, messageId: string): void {
  persistence.db
    .prepare(
      'UPDATE sqs_messages SET approximate_receive_count = approximate_receive_count - 1 WHERE message_id = ?',
    )
    .run(messageId);
}

/** Writes all that the step writes, or nothing; without persistence it is just the step. Transactions do not nest. */
export function inTransaction<T>(persistence: Persistence | undefined, step: () => T): T {
  if (persistence === undefined) return step();
  persistence.db.exec('BEGIN');
  try {
    const result = step();
    persistence.db.exec('COMMIT');
    return result;
  } catch (error) {
    persistence.db.exec('ROLLBACK');
    throw error;
  }
}

function prepareDatabase(database: DatabaseSync): void {
  // A commit reaches the system, which outlives the process; waiting for the disk would only help against a power cut.
  database.exec('PRAGMA synchronous = NORMAL; PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT');
  const columns = database.prepare('PRAGMA table_info(sqs_messages)').all();
  if (columns.some((column) => column['name'] === 'trace_header')) return;
  database.exec('ALTER TABLE sqs_messages ADD COLUMN trace_header TEXT');
}

function* messagesIn(store: Store): Iterable<Message> {
  for (const queue of store.allQueues()) {
    yield* queue.messages;
    yield* queue.delayedMessages;
    for (const { message } of queue.inflightMessages.values()) yield message;
  }
}
