/** The account that the local stack pretends to be; what emulators of AWS commonly answer. */
export const LOCAL_ACCOUNT = '000000000000';
/** The region that the local stack pretends to be. */
export const LOCAL_REGION = 'us-east-1';

/** The ARN of a local resource, for example `localArn('sqs', 'tasks')`. */
export function localArn(service: string, resource: string): string {
  return `arn:aws:${service}:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${resource}`;
}
