import type { TestProject } from 'vitest/node';
import { httpClient, type Answer } from './http-client.ts';
import { localStackCommand, startLocalStack } from './local-stack.ts';
import { problemOf } from './problem-view.ts';
import { postTask } from './task-calls.ts';

/**
 * Provides `acceptanceTarget` to the suite: the deployment at ACCEPTANCE_URL (signed for ACCEPTANCE_SIGN_REGION), else a local
 * stack, which the returned function stops.
 * @throws Error when the local stack does not become ready, or the deployment does not answer as a task system.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { ACCEPTANCE_URL, ACCEPTANCE_SIGN_REGION } = process.env;
  const stack =
    ACCEPTANCE_URL === undefined ? await startLocalStack(localStackCommand('--memory')) : undefined;
  try {
    const target = {
      url: stack?.url ?? ACCEPTANCE_URL ?? '',
      signRegion: ACCEPTANCE_SIGN_REGION ?? null,
    };
    const hasSuiteActions = await knowsSuiteActions(target);
    if (!hasSuiteActions) {
      process.stderr.write(
        '\nSKIPPED: this deployment does not know the actions of the suite, so retries, failures and refused outputs are NOT tested.\n' +
          'To test them, deploy with `-c actions=test/acceptance/registry.ts`.\n\n',
      );
    }
    project.provide('acceptanceTarget', { ...target, hasSuiteActions });
  } catch (error) {
    await stack?.stop();
    throw error;
  }
  return async () => stack?.stop();
}

async function knowsSuiteActions(target: { url: string; signRegion: string | null }): Promise<boolean> {
  const answer = await postTask(httpClient(target), 'returns-nothing', {});
  if (answer.status === 202) return true;
  if (isActionNotFound(answer)) return false;
  const hint = target.signRegion === null ? ' If it wants signed requests, add --sign REGION.' : '';
  throw new Error(
    `POST ${target.url}/tasks answered ${answer.status} ${JSON.stringify(answer.json)}, not 202 or 404 action-not-found.${hint}`,
  );
}

function isActionNotFound(answer: Answer): boolean {
  return answer.status === 404 && problemOf(answer).code === 'action-not-found';
}
