import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

/** Lines of JSON in a file, which survive the death of the process as soon as they are appended. */
export interface Journal<Line> {
  /** @throws what the system says when the line cannot be written: the file is as it was before then. */
  append(line: Line): void;
  /** Once the file has grown long, writes it anew from the snapshot, which says all that the lines said. */
  compact(snapshot: () => readonly Line[]): void;
  close(): void;
}

/** A file is written anew when it is longer than this, and than twice what it was when that was done last. */
const COMPACT_BYTES = 1024 * 1024;
const NEWLINE = '\n';

/**
 * Opens a journal, and reads what is in it; the file is made when it is missing. A last line that a death cut short was never
 * acknowledged, and goes.
 *
 * @throws Error naming the file and the line when any other is no JSON.
 */
export function openJournal<Line extends object>(file: string): { journal: Journal<Line>; lines: Line[] } {
  mkdirSync(path.dirname(file), { recursive: true });
  let descriptor = openSync(file, 'a');
  const content = readFileSync(file);
  let length = content.lastIndexOf(NEWLINE) + 1;
  if (length < content.length) ftruncateSync(descriptor, length);
  const texts = content.toString('utf8', 0, length).split(NEWLINE).slice(0, -1);
  let longest = COMPACT_BYTES;

  return {
    lines: texts.map((text, index) => {
      try {
        const line: Line = JSON.parse(text);
        return line;
      } catch (error) {
        throw new Error(`${file} is damaged in line ${index + 1}`, { cause: error });
      }
    }),
    journal: {
      append(line) {
        const bytes = bytesOf([line]);
        try {
          for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
        } catch (error) {
          // Half a line in the middle would make the rest unreadable.
          ftruncateSync(descriptor, length);
          throw error;
        }
        length += bytes.length;
      },
      compact(snapshot) {
        if (length <= longest) return;
        const bytes = bytesOf(snapshot());
        const draft = openSync(`${file}.new`, 'a');
        try {
          ftruncateSync(draft);
          writeFileSync(draft, bytes);
          renameSync(`${file}.new`, file);
        } catch (error) {
          closeSync(draft);
          throw error;
        }
        // What is appended from now on must not go to the old file.
        closeSync(descriptor);
        descriptor = draft;
        length = bytes.length;
        longest = Math.max(COMPACT_BYTES, 2 * length);
      },
      close: () => closeSync(descriptor),
    },
  };
}

function bytesOf(lines: readonly object[]): Buffer {
  return Buffer.from(lines.map((line) => JSON.stringify(line) + NEWLINE).join(''));
}
