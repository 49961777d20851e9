import { csvProfile } from './csv-profile.ts';
import { httpRequest } from './http-request.ts';
import { sleep } from './sleep.ts';

/**
 * The actions that tasks may name. To add one, write its file beside this one with `defineAction`, and name it here.
 * The API loads this list for its schemas: an action's heavy imports belong behind `await import('./x.run.ts')` in `run`.
 */
export const actions = [csvProfile, httpRequest, sleep] as const;
