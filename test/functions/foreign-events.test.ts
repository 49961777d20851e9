import { expect, test } from 'vitest';
import { createApi } from '../../functions/api/api.ts';
import { createReconciler } from '../../functions/reconciler/reconciler.ts';
import { createStatus } from '../../functions/status/status.ts';
import { createWorker } from '../../functions/worker/worker.ts';
import { httpEvent, lambdaContext, scheduleEvent, sqsEvent } from '../fakes/lambda-events.ts';
import { createWatchedWorld } from '../fakes/watched-world.ts';

const request = httpEvent({ method: 'POST', path: '/v1/tasks', body: '{}' });
const { requestContext, ...contextless } = request;
const [message] = sqsEvent([{ id: 'm', body: '{}' }]).Records;

/** What no function of ours is for. */
const foreign = [
  undefined,
  null,
  0,
  7,
  '',
  'text',
  true,
  [],
  [[]],
  {},
  { 'detail-type': 'EC2 Instance State-change Notification', source: 'aws.ec2' },
  { 'detail-type': ['Scheduled Event'] },
  { Records: 1 },
  { Records: {} },
  { Records: [null] },
  { Records: [{ eventSource: 'aws:s3' }] },
  { Records: [{ eventSource: 'aws:sns', Sns: { Message: '{}' } }] },
  ...['messageId', 'receiptHandle', 'body', 'attributes'].map((name) => ({
    Records: [{ ...message, [name]: null }],
  })),
  { Records: [{ ...message, attributes: { ApproximateReceiveCount: 'many' } }] },
  { Records: [{ ...message, body: { tenant: 'default', id: 'a'.repeat(32) } }] },
];

const brokenRequests = [
  contextless,
  { ...request, requestContext: null },
  { ...request, requestContext: { ...requestContext, http: 'POST' } },
  { ...request, requestContext: { ...requestContext, http: { method: 7 } } },
  { ...request, rawPath: 7 },
  { ...request, rawPath: undefined },
  { ...request, rawQueryString: 7 },
  { ...request, rawQueryString: null },
  { ...request, headers: null },
  { ...request, headers: 'content-type' },
  { ...request, headers: { 'content-type': 7 } },
  { ...request, headers: { 'idempotency-key': ['a', 'b'] } },
  { ...request, body: {} },
  { ...request, body: 7 },
  { ...request, body: '"\ud800"' },
  { ...request, isBase64Encoded: 'true' },
  { ...request, isBase64Encoded: 1 },
  { ...request, isBase64Encoded: true, body: '{"action":"sleep"}' },
  { ...request, isBase64Encoded: true, body: 'e30' },
  { ...request, isBase64Encoded: true, body: 'e30=\n' },
  { ...request, isBase64Encoded: true, body: 'e3-_' },
  { version: '1.0', httpMethod: 'POST', path: '/v1/tasks', headers: {}, body: '{}' },
];

test.each([...foreign, ...brokenRequests, scheduleEvent, sqsEvent([{ id: 'm', body: '{}' }])])(
  'an event that is no request is one line in the log and a 400 from api and status: %j',
  async (event) => {
    const { parts, logger, touched } = createWatchedWorld();
    for (const handler of [createApi(parts), createStatus({ ...parts, readDescription: async () => '{}' })]) {
      expect(await handler(event, lambdaContext())).toMatchObject({ statusCode: 400 });
    }
    expect(logger.lines).toMatchObject([{ level: 'error' }, { level: 'error' }]);
    expect(touched).toEqual([]);
  },
);

test.each([...foreign, scheduleEvent, request])(
  'an event that is no batch of messages is one line in the log of the worker, and fails nothing: %j',
  async (event) => {
    const { parts, logger, touched } = createWatchedWorld();
    expect(await createWorker(parts)(event, lambdaContext())).toEqual({ batchItemFailures: [] });
    expect(logger.lines).toMatchObject([{ level: 'error' }]);
    expect(touched).toEqual([]);
  },
);

test.each([...foreign, request])(
  'an event that is neither a batch nor a scheduleEvent’s is one line in the log of the reconciler: %j',
  async (event) => {
    const { parts, logger, touched } = createWatchedWorld();
    expect(await createReconciler(parts)(event, lambdaContext())).toBeUndefined();
    expect(logger.lines).toMatchObject([{ level: 'error' }]);
    expect(touched).toEqual([]);
  },
);

test('an empty batch is nothing to any of them', async () => {
  const { parts, logger, touched } = createWatchedWorld();
  for (const handler of [createWorker(parts), createReconciler(parts)]) {
    expect(await handler({ Records: [] }, lambdaContext())).toEqual({ batchItemFailures: [] });
  }
  expect([...logger.lines, ...touched]).toEqual([]);
});
