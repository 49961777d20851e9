import { actions } from '#actions';
import { describeApi } from './describe-api.ts';

/** The OpenAPI document of a deployment, as JSON text. */
export const document = JSON.stringify(describeApi(actions));
