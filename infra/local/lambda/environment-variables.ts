import { devNull } from 'node:os';
import { LOCAL_REGION } from '../assembly/local-account.ts';
import type { FunctionDefinition } from '../assembly/read-function.ts';

/** Where the local services answer, for the functions' SDK. */
export interface ServiceUrls {
  readonly dynamodb: string;
  readonly eventbridge: string;
  readonly sqs: string;
}

/** Nothing listens there, so a call to a service that is not emulated is refused on this machine and never leaves it. */
const DEAD_END = 'http://127.0.0.1:1';

/**
 * All the variables that a function's process gets: its own, and those that Lambda sets
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html). Nothing of the developer's environment is among them,
 * and the SDK finds no endpoint, profile or credential but the local ones.
 */
export function environmentVariables(
  definition: FunctionDefinition,
  runtimeApi: string,
  services: ServiceUrls,
): Record<string, string> {
  return {
    ...definition.variables,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: LOCAL_REGION,
    AWS_DEFAULT_REGION: LOCAL_REGION,
    AWS_ENDPOINT_URL: DEAD_END,
    AWS_ENDPOINT_URL_DYNAMODB: services.dynamodb,
    AWS_ENDPOINT_URL_EVENTBRIDGE: services.eventbridge,
    AWS_ENDPOINT_URL_SQS: services.sqs,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    LAMBDA_TASK_ROOT: definition.directory,
    _HANDLER: definition.handler,
    // Saves a third of a start; the runtime takes it away before the function is loaded.
    NODE_COMPILE_CACHE: definition.compileCache,
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
  };
}
