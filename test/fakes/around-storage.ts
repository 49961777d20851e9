import type { TaskStorage } from '../../shared/task/storage.ts';

/** `storage`, whose every call goes through `around`. */
export function aroundStorage(
  storage: TaskStorage,
  around: <Answer>(call: () => Promise<Answer>, name: keyof TaskStorage) => Promise<Answer>,
): TaskStorage {
  return {
    get: (...args) => around(() => storage.get(...args), 'get'),
    create: (...args) => around(() => storage.create(...args), 'create'),
    set: (...args) => around(() => storage.set(...args), 'set'),
    update: (...args) => around(() => storage.update(...args), 'update'),
    putPayload: (...args) => around(() => storage.putPayload(...args), 'putPayload'),
    getPayloads: (...args) => around(() => storage.getPayloads(...args), 'getPayloads'),
    listOpen: (...args) => around(() => storage.listOpen(...args), 'listOpen'),
    listEnded: (...args) => around(() => storage.listEnded(...args), 'listEnded'),
    sizeOf: (row) => storage.sizeOf(row),
  };
}
