import { createJsonLogger } from '../../shared/process/json-logger.ts';
import type { Logger } from '../../shared/task/logger.ts';

/** A logger that keeps its lines, each as the parsed JSON object. */
export function createMemoryLogger(): Logger & { readonly lines: readonly Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  return { ...createJsonLogger((line) => lines.push(JSON.parse(line))), lines };
}
