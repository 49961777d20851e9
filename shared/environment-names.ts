/** Names of the environment variables by which the stack tells its functions what they work on. */
export const TABLE_NAME = 'TABLE_NAME';
/** URL of the queue that carries the ids of tasks waiting for a worker. */
export const QUEUE_URL = 'QUEUE_URL';
/** URL of the queue that holds what no worker could take. */
export const DEAD_LETTER_QUEUE_URL = 'DEAD_LETTER_QUEUE_URL';
/** Days an ended task stays readable. */
export const RETENTION_DAYS = 'RETENTION_DAYS';
