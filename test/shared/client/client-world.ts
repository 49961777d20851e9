import { createTaskClient } from '../../../shared/client/index.ts';
import type { TaskClient, TaskClientOptions } from '../../../shared/client/index.ts';
import type { actions } from '../../../functions/actions/registry.ts';
import { ImitatedApi } from '../../fakes/imitated-api.ts';
import { createSkippingTiming } from './skipping-clock.ts';
import type { SkippingTiming } from './skipping-clock.ts';

/** A client of the shipped actions, and the API that it talks to. */
export interface ClientWorld extends AsyncDisposable {
  readonly api: ImitatedApi;
  readonly timing: SkippingTiming;
  readonly client: TaskClient<typeof actions>;
}

/** Makes one. */
export async function createClientWorld(options: Partial<TaskClientOptions> = {}): Promise<ClientWorld> {
  const api = await ImitatedApi.start();
  const timing = createSkippingTiming();
  const client = createTaskClient<typeof actions>({ url: api.url, ...timing, ...options });
  return { api, timing, client, [Symbol.asyncDispose]: () => api.close() };
}

/** What `work` rejects with. */
export async function rejectionOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('It has not rejected.');
}

/** All that an iterator gives. */
export async function allOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
