import { expect, test } from 'vitest';
import type { LocalFunction } from '../../../../infra/local/lambda/local-function.ts';
import { runSchedule, scheduledEvent } from '../../../../infra/local/schedule/run-schedule.ts';

test('a schedule invokes its functions again and again, until it is stopped', async () => {
  const thrice = Promise.withResolvers<void>();
  const events: unknown[] = [];
  const target: Pick<LocalFunction, 'invoke'> = {
    async invoke(event) {
      events.push(event);
      if (events.length === 3) thrice.resolve();
      return { kind: 'answered', output: 'null' };
    },
  };
  const stop = runSchedule({ ruleName: 'Clock', everyMs: 1, functionNames: ['f'] }, [target]);
  await thrice.promise;
  stop();
  expect(events[0]).toMatchObject({ 'detail-type': 'Scheduled Event', source: 'aws.events' });
});

test('a scheduled event looks like EventBridge’s', () => {
  expect(scheduledEvent('Clock', new Date('2026-01-01T00:00:00.123Z'))).toEqual({
    version: '0',
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: '000000000000',
    time: '2026-01-01T00:00:00Z',
    region: 'us-east-1',
    resources: ['arn:aws:events:us-east-1:000000000000:rule/Clock'],
    detail: {},
  });
});
