import { CursorInvalidError } from './errors.ts';
import { contentHash, isTaskId } from './identity.ts';
import { INDEX_SHARDS } from './limits.ts';
import type { ActiveStatus, FinalStatus } from './task.ts';

/** Which tasks a list shows. */
export interface ListFilters {
  /** Ended tasks of this status alone. */
  readonly finalStatus?: FinalStatus | undefined;
  /** `started`: open tasks that have started. `stopped`: open tasks that are delayed, and all ended ones. */
  readonly activeStatus?: ActiveStatus | undefined;
  /** Tasks of this action alone. */
  readonly action?: string | undefined;
}

/** Whose tasks, and which. */
export interface ListScope extends ListFilters {
  readonly tenant: string;
}

/**
 * A place in a list, from which it goes on. A list has two sections, each in the order of a time, each read from several sources; those of one
 * time come source by source. Everything before (`time`, `source`) has been read, and of that source what comes up to the task `id`.
 */
export interface ListPosition {
  readonly section: 'open' | 'ended';
  /** A task's `lookAt` or `stoppedAt`. */
  readonly time: number;
  /** Which of the section's sources. */
  readonly source: number;
  readonly id?: string | undefined;
}

/** Characters of the hash in a cursor: 96 bits. */
const CHECK_LENGTH = 16;

/**
 * The text that stands for a position in the list of a scope: URL-safe, some 120 characters, and of no other list, nor of this one once the
 * index has another number of shards. It is no secret; a position names nothing but a time and a task of the tenant.
 */
export function cursorOf({ section, time, source, id }: ListPosition, scope: ListScope): string {
  const { tenant, finalStatus = null, activeStatus = null, action = null } = scope;
  const place = [section, time, source, ...(id === undefined ? [] : [id])];
  const check = contentHash(
    JSON.stringify([tenant, finalStatus, activeStatus, action, INDEX_SHARDS, ...place]),
  );
  return Buffer.from(JSON.stringify([check.slice(0, CHECK_LENGTH), ...place])).toString('base64url');
}

/**
 * The position that a cursor stands for.
 * @throws CursorInvalidError unless it is, to the letter, one that `cursorOf` gives for this scope.
 */
export function readCursor(cursor: string, scope: ListScope): ListPosition {
  const position = positionIn(Buffer.from(cursor, 'base64url').toString());
  if (position === undefined || cursorOf(position, scope) !== cursor) throw new CursorInvalidError();
  return position;
}

function positionIn(json: string): ListPosition | undefined {
  const [, section, time, source, id] = elementsOf(json);
  if (section !== 'open' && section !== 'ended') return undefined;
  if (!isCount(time) || !isCount(source)) return undefined;
  return id === undefined || isTaskId(id) ? { section, time, source, id } : undefined;
}

function elementsOf(json: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function isCount(value: unknown): value is number {
  return (
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < Number.MAX_SAFE_INTEGER
  );
}
