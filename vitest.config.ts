import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** One synth of the stack costs seconds on a busy machine of two cores; what takes longer than this hangs. */
const TEST_TIMEOUT_MS = 60_000;

/** By default one of two cores would be left alone; half of these tests' time is waiting. */
const MAX_WORKERS = 2;

/** Where the acceptance suite notes what it has seen, for the test that comes after it. */
const acceptanceRecords = mkdtempSync(join(tmpdir(), 'acceptance-records-'));
process.on('exit', () => rmSync(acceptanceRecords, { recursive: true, force: true }));

export default defineConfig({
  test: {
    maxWorkers: MAX_WORKERS,
    reporters: ['default', './test/reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: ['test/acceptance/**'],
          testTimeout: TEST_TIMEOUT_MS,
          hookTimeout: TEST_TIMEOUT_MS,
        },
      },
      {
        extends: true,
        test: {
          name: 'acceptance',
          include: ['test/acceptance/*.test.ts'],
          provide: { acceptanceRecords },
          globalSetup: ['test/acceptance/global-setup.ts'],
          testTimeout: TEST_TIMEOUT_MS,
          hookTimeout: TEST_TIMEOUT_MS,
        },
      },
      {
        extends: true,
        test: {
          name: 'acceptance-coverage',
          include: ['test/acceptance/afterwards/*.test.ts'],
          provide: { acceptanceRecords },
          // After all others.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
