import fc from 'fast-check';
import type { TaskStorage } from '../../shared/task/storage.ts';
import { finalStatuses } from '../../shared/task/task.ts';
import type { TaskKey } from '../../shared/task/task.ts';
import { expectEnded, expectNextPage, expectOpen } from './storage-pages.ts';
import { CREATED_AT } from './rows.ts';
import { anyCreate, anyIntent, anyReadTime } from './storage-intent.ts';
import { expectEventual, expectPayloads, expectRows, expectStep, KEYS, payloadOf } from './storage-model.ts';
import type { StorageModel } from './storage-model.ts';

/** Something that is asked of a storage and of its model alike. */
export type StorageCommand = fc.AsyncCommand<StorageModel, TaskStorage>;

function command(name: string, run: StorageCommand['run']): StorageCommand {
  return { check: () => true, run, toString: () => name };
}

const anyKey = fc.constantFrom(...KEYS);
const nameOf = ({ tenant, id }: TaskKey) => `${tenant}/${id}`;

const anyStep = (anyIntention: typeof anyIntent) =>
  fc
    .tuple(anyKey, anyIntention)
    .map(([key, intent]) =>
      command(`${nameOf(key)}: ${intent.text}`, (model, storage) =>
        expectStep(model, storage, key, intent.on(key, model.historyOf(key))),
      ),
    );

const anyEventualRead = fc
  .tuple(anyKey, anyReadTime)
  .map(([key, at]) =>
    command(`${nameOf(key)}: get eventually ${at.text}`, (model, storage) =>
      expectEventual(model, storage, key, at.of(model.historyOf(key).at(-1))),
    ),
  );

const anyPayloadWrite = fc
  .tuple(anyKey, fc.constantFrom('input/1', 'output/1'), anyReadTime)
  .map(([key, ref, at]) =>
    command(`${nameOf(key)}: putPayload ${ref} until ${at.text}`, async (model, storage) => {
      const json = payloadOf(key, ref);
      model.payloads.add(json);
      await storage.putPayload(key, ref, json, at.of(model.historyOf(key).at(-1)));
      await expectRows(model, storage);
    }),
  );

const anyPayloadRead = anyKey.map((key) =>
  command(`${nameOf(key)}: getPayloads`, (model, storage) => expectPayloads(model, storage, key)),
);

const anyLimit = fc.constantFrom(1, 2, 9);

const anyOpenWalk = fc
  .tuple(fc.constantFrom(0, 1, 86_400_000), anyLimit)
  .map(([span, limit]) =>
    command(`listOpen until ${span} ms after creation, every page of ${limit}`, (model, storage) =>
      expectOpen(model, storage, CREATED_AT + span, limit),
    ),
  );

const anyOpenPage = fc
  .tuple(fc.boolean(), anyLimit)
  .map(([goesOn, limit]) =>
    command(`listOpen, ${goesOn ? 'next' : 'first'} page of ${limit}`, (model, storage) =>
      expectNextPage(model, storage, goesOn, limit),
    ),
  );

const anyEndedPage = fc
  .record({
    key: anyKey,
    finalStatus: fc.constantFrom('succeeded', ...finalStatuses),
    back: anyReadTime,
    at: anyReadTime,
    limit: anyLimit,
  })
  .map(({ key, finalStatus, back, at, limit }) =>
    command(
      `${key.tenant}: listEnded ${finalStatus} back ${back.text}, every page of ${limit} ${at.text}`,
      (model, storage) => {
        const [row] = model.historyOf(key).slice(-1);
        const options = { until: back.of(row), limit, now: at.of(row) };
        return expectEnded(model, storage, { tenant: key.tenant, finalStatus }, options);
      },
    ),
  );

/** New rows, as most runs begin with some. */
export const anyBeginnings = fc.array(anyStep(anyCreate), { maxLength: 4 });

/** What may be asked of a storage, in a row. */
export const anyCommands = fc.commands<StorageModel, TaskStorage, false>(
  [
    fc.oneof(
      { weight: 24, arbitrary: anyStep(anyIntent) },
      { weight: 1, arbitrary: anyEventualRead },
      { weight: 1, arbitrary: anyPayloadWrite },
      { weight: 1, arbitrary: anyPayloadRead },
      { weight: 1, arbitrary: anyOpenWalk },
      { weight: 2, arbitrary: anyOpenPage },
      { weight: 2, arbitrary: anyEndedPage },
    ),
  ],
  { maxCommands: 30, size: 'max' },
);
