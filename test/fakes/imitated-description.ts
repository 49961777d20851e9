/** The part of the API's description that tells of actions. */
export const imitatedDescription = {
  openapi: '3.1.0',
  paths: {
    '/v1/tasks': {
      post: {
        operationId: 'createTask',
        requestBody: {
          content: {
            'application/json': {
              schema: {
                oneOf: [
                  described('sleep', { type: 'object', properties: { seconds: { type: 'number' } } }),
                  described('csv-profile', { type: 'object', properties: { csv: { type: 'string' } } }),
                  described('approve', {}),
                ],
              },
            },
          },
        },
      },
    },
  },
};

function described(action: string, input: object): object {
  return { type: 'object', properties: { action: { const: action }, input }, required: ['action'] };
}
