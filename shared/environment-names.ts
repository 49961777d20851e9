/** Names of the environment variables by which the stack tells its functions what they work on. */
export const TABLE_NAME = 'TABLE_NAME';
/** The claim of the authorizer that names a task's owner; not set where all tasks belong to one. */
export const TENANT_CLAIM = 'TENANT_CLAIM';
/** URL of the queue that carries the ids of tasks waiting for a worker. */
export const QUEUE_URL = 'QUEUE_URL';
/** URL of the queue that holds what no worker could take. */
export const DEAD_LETTER_QUEUE_URL = 'DEAD_LETTER_QUEUE_URL';
/** Days an ended task stays readable. */
export const RETENTION_DAYS = 'RETENTION_DAYS';
/** URL of the queue that keeps events by which no task could be started. */
export const REFUSED_EVENT_QUEUE_URL = 'REFUSED_EVENT_QUEUE_URL';
/** ARN of the bus that is told of every ended task. */
export const EVENT_BUS_ARN = 'EVENT_BUS_ARN';
/** URL of the queue that keeps events which the bus did not take. */
export const UNSENT_EVENT_QUEUE_URL = 'UNSENT_EVENT_QUEUE_URL';
/** Where the API answers, down to its version. */
export const API_URL = 'API_URL';
