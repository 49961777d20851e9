import type { CallName } from '../calls.ts';
import { completionOperations } from './completion-operations.ts';
import type { OperationText } from './operation-text.ts';
import { serviceOperations } from './service-operations.ts';
import { creatingOperations, watchingOperations } from './task-operations.ts';

/** What people are told of every call. */
export const operationTexts: Readonly<Record<CallName, OperationText>> = {
  ...creatingOperations,
  ...watchingOperations,
  ...completionOperations,
  ...serviceOperations,
};

/** The groups of calls. */
export const tags: readonly { readonly name: OperationText['tag']; readonly description: string }[] = [
  { name: 'tasks', description: 'Creating, watching and cancelling tasks.' },
  {
    name: 'completion',
    description:
      'Completing a task from outside, for an action that waits for somebody: by the token that it handed out.',
  },
  { name: 'service', description: 'What the service says of itself.' },
];
