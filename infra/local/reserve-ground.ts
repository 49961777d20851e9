import { lockDirectory, type DirectoryLock } from './directory-lock.ts';
import { openHttpFront, type HttpFront } from './http-api/http-front.ts';
import { unusableData } from './unusable-data.ts';

/** What a local stack needs for itself on this machine. */
export interface GroundOptions {
  /** Of 127.0.0.1; 0 picks a free one. */
  readonly port: number;
  /** Where tables, queues and logs are kept; absent: in memory, and no logs. */
  readonly dataDirectory?: string;
}

/** A port and a data directory that nobody else uses. */
export interface Ground {
  readonly front: HttpFront;
  readonly dataDirectory: string | undefined;
  /** Gives up the directory; the front is closed on its own. */
  release(): void;
}

/**
 * Takes port and data directory, before slow work begins that would be lost when either is taken.
 *
 * @throws Error when the port or the directory is in use, or the directory cannot be one.
 */
export async function reserveGround({ port, dataDirectory }: GroundOptions): Promise<Ground> {
  const lock = dataDirectory === undefined ? undefined : lockData(dataDirectory);
  try {
    const front = await openHttpFront(port);
    return { front, dataDirectory, release: () => lock?.release() };
  } catch (error) {
    lock?.release();
    throw error;
  }
}

function lockData(directory: string): DirectoryLock {
  try {
    return lockDirectory(directory);
  } catch (error) {
    throw unusableData(directory, error);
  }
}
