import type { OperationText } from './operation-text.ts';

/** What the service says of itself. */
export const serviceOperations = {
  describeApi: {
    tag: 'service',
    isOpenToAll: true,
    summary: 'Describe this API',
    description:
      'This document. It was made when the service was deployed, with the schemas of the actions of this deployment.',
    successes: { 200: { description: 'An OpenAPI 3.1 document.', body: 'ApiDescription' } },
    problems: [],
  },
  checkHealth: {
    tag: 'service',
    isOpenToAll: true,
    summary: 'Check that the service works',
    description: `Whether tasks can be stored, and whether somebody looks for those that are overdue. It says nothing of the actions.

Surprising: a 503 may be of API Gateway instead, with a \`message\`; that is no better.`,
    successes: { 200: { description: 'The service works.', body: 'Health' } },
    problems: [],
    others: {
      503: { description: 'The service does not work.', body: 'Degraded', sometimes: ['Retry-After'] },
    },
  },
} as const satisfies Readonly<Record<string, OperationText>>;
