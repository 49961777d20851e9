import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** What `TaskSystem` takes. Values that depend on one another (visibility, receive count, time-outs) are derived. */
export interface TaskSystemProps {
  /**
   * Path of the registry: the TypeScript or JavaScript file that exports `actions`, an array of actions. A relative path starts
   * at the directory that the synth works in. The file is bundled, and loaded once at synth to check its actions.
   */
  readonly actions: string;

  /**
   * Who may call the API. Give CDK's `HttpJwtAuthorizer` for tokens; give `HttpNoneAuthorizer` to let anybody create and
   * fetch tasks, which has to be said. The calls that complete a task are authorized by its token alone; `/v1/openapi.json` and
   * `/v1/health` are open.
   * @default - IAM: requests signed by a principal that may do `execute-api:Invoke`, as `grantCreate` and `grantFetch` allow
   */
  readonly authorizer?: IHttpRouteAuthorizer;

  /**
   * The claim that names the owner of a caller's tasks, its tenant: a caller sees, cancels and retries the tasks of its own tenant
   * only, and is answered with 403 without such a claim. It is looked up in what the authorizer says of the caller: the claims of
   * a JWT, such as `sub`; the context of a Lambda authorizer; or, with IAM, one of `accountId`, `callerId`, `principalOrgId`,
   * `userArn` and `userId`. Tasks stay with the tenant under which they were created.
   * @default - all tasks belong to one tenant
   */
  readonly tenantClaim?: string;

  /**
   * The origins whose pages may call the API, such as `https://example.com`; `*` lets every page in. Pages still need credentials.
   * @default - no page of another origin than the API's
   */
  readonly corsOrigins?: readonly string[];

  /** The worker's memory in MiB, from 128 to 10,240; its share of a CPU grows with it. @default 1024 */
  readonly workerMemoryMb?: number;

  /**
   * The worker's time for one batch, from 10 seconds to 15 minutes. Every action's `timeoutMs` has to fit into it, with 5 seconds
   * to spare. The queue's visibility timeout is six times as long.
   * @default Duration.minutes(5)
   */
  readonly workerTimeout?: Duration;

  /**
   * The most batches that are worked on at once, from 2 to 1,000. It protects what the actions call.
   * @default - as many as Lambda's scaling gives
   */
  readonly workerConcurrency?: number;

  /** The most tasks that one invocation of the worker takes, from 1 to 10. @default 10 */
  readonly batchSize?: number;

  /** How long an ended task stays readable, in whole days, from 1 to 3,650. @default Duration.days(7) */
  readonly retention?: Duration;

  /** How long the functions' logs and the API's access logs are kept. @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;

  /**
   * The bus that is told of every ended task. `false` tells nobody, and saves the function that does.
   * @default - a bus of its own, `eventBus` of the task system
   */
  readonly eventBus?: IEventBus | false;

  /**
   * A key of your own that encrypts the table and the queues. The functions get the use of it. An event bus has a key of its own:
   * give an `eventBus` that you have encrypted, if AWS's key is not enough for outputs there.
   * @default - keys that AWS owns and that cost nothing
   */
  readonly encryptionKey?: IKey;

  /**
   * What becomes of the table and the logs when they leave the stack: `RETAIN`, `RETAIN_ON_UPDATE_OR_DELETE` or `DESTROY`. The
   * table is protected from deletion too, unless this is `DESTROY`.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}
