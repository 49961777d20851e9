import * as v from 'valibot';
import { describe, expectTypeOf, test } from 'vitest';
import type { actions } from '../../../functions/actions/registry.ts';
import { createTaskClient } from '../../../shared/client/index.ts';
import type { ApiTask, InputOf, JsonOf, OutputOf } from '../../../shared/client/index.ts';
import { defineAction } from '../../../shared/task/action.ts';

const note = defineAction({
  name: 'note',
  input: v.object({ text: v.string() }),
  run: ({ text }: { text: string }) => ({ text, at: new Date(), tags: [text] }),
});
const quiet = defineAction({ name: 'quiet', input: v.object({}), run() {} });
const waiting = defineAction({ name: 'waiting', input: v.object({}), run: (_, c) => c.waitForCompletion() });
type Own = readonly [typeof note, typeof quiet, typeof waiting];

const client = createTaskClient<typeof actions>({ url: 'http://127.0.0.1/v1' });
const untyped = createTaskClient({ url: 'http://127.0.0.1/v1' });

describe('the types of a client', () => {
  test('know the names and the inputs of the actions', () => {
    expectTypeOf<InputOf<typeof actions, 'sleep'>>().toEqualTypeOf<{ seconds: number }>();
    // @ts-expect-error there is no such action
    const misnamed = () => client.create('slep', { seconds: 1 });
    // @ts-expect-error its input has seconds
    const misfed = () => client.create('sleep', { minutes: 1 });
    expectTypeOf(misnamed).toBeFunction();
    expectTypeOf(misfed).toBeFunction();
  });

  test('know the output as it is after JSON', () => {
    const slept = () => client.run('sleep', { seconds: 1 });
    expectTypeOf(slept).returns.resolves.toEqualTypeOf<{ seconds: number }>();
    expectTypeOf<OutputOf<Own, 'note'>>().toEqualTypeOf<{ text: string; at: string; tags: string[] }>();
    expectTypeOf<OutputOf<Own, 'quiet'>>().toEqualTypeOf<undefined>();
    expectTypeOf<OutputOf<Own, 'waiting'>>().toEqualTypeOf<unknown>();
    expectTypeOf<JsonOf<Date | null>>().toEqualTypeOf<string | null>();
  });

  test('tell a task’s members by its final status', () => {
    const read = (task: ApiTask<unknown, number>) => {
      if (task.finalStatus === 'succeeded') expectTypeOf(task.output).toEqualTypeOf<number>();
      if (task.finalStatus === 'failed') expectTypeOf(task.error.code).toEqualTypeOf<string>();
      // @ts-expect-error an open task may have no error
      if (task.finalStatus === null) task.error.code.trim();
    };
    expectTypeOf(read).toBeFunction();
  });

  test('take any action where none are named', () => {
    const any = () => untyped.run('whatever', [1]);
    expectTypeOf(any).returns.resolves.toEqualTypeOf<unknown>();
  });
});
