/** `task-system/cdk`: the construct, for any CDK app. */
export { ConfigurationError } from './configuration-error.ts';
export { TaskSystem } from './task-system.ts';
export type { TaskSystemProps } from './task-system-props.ts';
export type { StartTaskProps } from './event-starts.ts';
