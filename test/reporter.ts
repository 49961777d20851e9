import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends a run with one line, `N passed, N failed`, that scripts can read. A file that could not be loaded,
 * and an error outside every test, count as failed.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly unknown[],
    reason: 'passed' | 'interrupted' | 'failed',
  ): void {
    let passed = 0;
    let skipped = 0;
    let failed = unhandledErrors.length;
    for (const module of modules) {
      failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'skipped') skipped += 1;
        else failed += 1;
      }
    }
    // A global setup that failed counts nowhere else.
    if (reason !== 'passed' && failed === 0) failed = 1;
    const skips = skipped > 0 ? `, ${skipped} skipped` : '';
    // After the summary of the default reporter, which prints at the same moment.
    process.on('exit', () => process.stdout.write(`\n${passed} passed, ${failed} failed${skips}\n`));
  }
}
