/** The account that the local stack pretends to be; what emulators of AWS commonly answer. */
export const LOCAL_ACCOUNT = '000000000000';
/** The region that the local stack pretends to be. */
export const LOCAL_REGION = 'us-east-1';

/** What ends the ARN of every table's stream here; in AWS it is the time at which the stream was switched on. */
export const STREAM_LABEL = 'local';

/** The ARN of a local resource, for example `localArn('sqs', 'tasks')`. */
export function localArn(service: string, resource: string): string {
  return `arn:aws:${service}:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${resource}`;
}

/** The ARN of a local table's stream. */
export function localStreamArn(tableName: string): string {
  return localArn('dynamodb', `table/${tableName}/stream/${STREAM_LABEL}`);
}
