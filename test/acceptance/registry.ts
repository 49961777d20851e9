import { csvProfile } from '../../functions/actions/csv-profile.ts';
import { httpRequest } from '../../functions/actions/http-request.ts';
import { sleep } from '../../functions/actions/sleep.ts';
import { parkingActions } from './actions/parking-actions.ts';
import { alwaysFails, failsOnce, neverSettles, permanent } from './actions/retried-actions.ts';
import { returningActions } from './actions/returning-actions.ts';
import { throwingActions } from './actions/throwing-actions.ts';

/** The shipped actions, and those that misbehave for the acceptance suite. */
export const actions = [
  csvProfile,
  httpRequest,
  sleep,
  failsOnce,
  alwaysFails,
  permanent,
  neverSettles,
  ...throwingActions,
  ...returningActions,
  ...parkingActions,
];
