import { resolve } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus, IEventBus, IRuleTarget } from 'aws-cdk-lib/aws-events';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { bundleFunctions, bundleRegistry } from './bundle-functions.ts';
import { checkActions } from './check-actions.ts';
import { ConfigurationError } from './configuration-error.ts';
import { describeApi } from './describe-api.ts';
import { EventStarts } from './event-starts.ts';
import type { StartTaskProps } from './event-starts.ts';
import { loadActions } from './load-actions.ts';
import { resolveProps } from './resolve-props.ts';
import type { ResolvedProps } from './resolve-props.ts';
import { createTaskFunctions } from './task-functions.ts';
import { TaskEvents } from './task-events.ts';
import { TaskHttpApi } from './task-http-api.ts';
import { DeadEventQueue, DeadLetterQueue, TaskQueue } from './task-queue.ts';
import type { TaskSystemProps } from './task-system-props.ts';
import { TaskReconciler } from './task-reconciler.ts';
import { TaskTable } from './task-table.ts';

/**
 * Asynchronous tasks in your own stack: callers create and fetch tasks over HTTP, and a worker runs your actions.
 *
 *     const tasks = new TaskSystem(this, 'Tasks', { actions: 'actions/registry.ts' });
 *     bucket.grantRead(tasks.workerFunction);
 *     tasks.grantCreate(caller);
 *
 * It bundles your actions while it is constructed. The ids of the constructs in it do not change between releases, so neither
 * do the names and the data of what is deployed.
 */
export class TaskSystem extends Construct {
  /** Holds every task. Its rows are an internal matter: read tasks over HTTP. */
  readonly table: Table;
  /** Carries the ids of the tasks that wait for a worker. */
  readonly queue: Queue;
  /** Where the queue puts what no worker could take. */
  readonly deadLetterQueue: Queue;
  readonly apiFunction: LambdaFunction;
  /** Runs the actions: grant it what they need, and add the environment variables that they read. */
  readonly workerFunction: LambdaFunction;
  readonly statusFunction: LambdaFunction;
  /** Ends tasks that nobody else will end, and sends those that were lost. */
  readonly reconcilerFunction: IFunction;
  /** Is told of every ended task; undefined when the prop `eventBus` is false. */
  readonly eventBus: EventBus | IEventBus | undefined;
  /** Tells the bus; undefined when there is none. */
  readonly eventsFunction: IFunction | undefined;
  /** Events by which no task could be started, with the reason. */
  readonly refusedEventQueue: Queue;
  /** Events of ended tasks that the bus did not take; undefined when there is none. */
  readonly unsentEventQueue: Queue | undefined;
  readonly httpApi: HttpApi;
  /** Where the API answers, down to its version: `https://…/v1`. */
  readonly url: string;
  private readonly http: TaskHttpApi;
  private readonly eventStarts: EventStarts;

  /**
   * @throws ConfigurationError when a prop is outside its range, when the registry or an action cannot be bundled or loaded, when
   * two actions share a name, and when an action needs more time than the worker has.
   */
  constructor(scope: Construct, id: string, props: TaskSystemProps) {
    super(scope, id);
    const settings = resolveProps(props);
    const { removalPolicy, encryptionKey, workerTimeout } = settings;
    const directory = this.bundleDirectory();
    const registry = bundleRegistry(settings.actions, directory);
    const actions = loadActions(settings.actions, registry);
    checkActions(actions, workerTimeout.toMilliseconds());
    const bundles = bundleFunctions(settings.actions, directory);
    describeApi(settings.actions, directory, bundles.status);

    this.table = new TaskTable(this, 'Table', { removalPolicy, encryptionKey });
    const deadLetterQueue = new DeadLetterQueue(this, 'DeadLetterQueue', { encryptionKey });
    const queue = new TaskQueue(this, 'Queue', { deadLetterQueue, workerTimeout, encryptionKey });
    this.deadLetterQueue = deadLetterQueue;
    this.queue = queue;
    const refusedEventQueue = new DeadEventQueue(this, 'RefusedEventQueue', { encryptionKey });
    this.refusedEventQueue = refusedEventQueue;

    const { table } = this;
    const functions = createTaskFunctions(this, { table, queue, refusedEventQueue, bundles, settings });
    this.apiFunction = functions.api;
    this.workerFunction = functions.worker;
    this.statusFunction = functions.status;

    this.reconcilerFunction = new TaskReconciler(this, 'Reconciler', {
      table: this.table,
      queue,
      deadLetterQueue,
      directory: bundles.reconciler,
      settings,
    }).function;

    this.http = new TaskHttpApi(this, 'Api', {
      api: functions.api,
      status: functions.status,
      authorizer: settings.authorizer,
      corsOrigins: settings.corsOrigins,
      logRetention: settings.logRetention,
      removalPolicy,
    });
    this.httpApi = this.http.httpApi;
    this.url = this.http.url;

    this.eventStarts = new EventStarts(this, 'EventStarts', {
      api: functions.api,
      refusedEventQueue,
      encryptionKey,
      actionNames: new Set(actions.map(({ name }) => name)),
    });
    const events = this.createEvents(bundles.events, settings);
    this.eventBus = events?.eventBus;
    this.eventsFunction = events?.function;
    this.unsentEventQueue = events?.unsentEventQueue;
  }

  /**
   * A target for a rule of EventBridge, on any bus or on a schedule: each event that matches starts a task.
   *
   *     new Rule(this, 'Uploads', {
   *       eventPattern: { source: ['shop'], detailType: ['list uploaded'] },
   *       targets: [tasks.startTask({ action: 'csv-profile', input: { csv: EventField.fromPath('$.detail.list') } })],
   *     });
   *
   * Without an argument the event's `detail` is the request, `{ action, input }`, as `POST /v1/tasks` takes it.
   *
   * The event's id is the task's idempotency key: an event that is delivered again makes no second task, but two rules that match
   * one event make two. An event that can make no task goes to `refusedEventQueue`, with the reason. On the bus that this task system
   * tells of ended tasks, let a pattern name its source or detail type: one that matches those events too would start a
   * task for every ended task, for ever.
   * @throws ConfigurationError when the registry has no such action.
   */
  startTask(props?: StartTaskProps): IRuleTarget {
    return this.eventStarts.target(props);
  }

  /**
   * Lets a principal create tasks, one or many, and retry them, which creates new ones.
   * @throws ConfigurationError with another authorizer than IAM: there, permission is not IAM's.
   */
  grantCreate(grantee: IGrantable): Grant {
    return this.http.grantCalls(grantee, 'createTask', 'createTasks', 'retryTask');
  }

  /** Lets a principal fetch tasks, wait for them and list them; throws as `grantCreate` does. */
  grantFetch(grantee: IGrantable): Grant {
    return this.http.grantCalls(grantee, 'fetchTask', 'listTasks');
  }

  /** Lets a principal cancel tasks; throws as `grantCreate` does. */
  grantCancel(grantee: IGrantable): Grant {
    return this.http.grantCalls(grantee, 'cancelTask');
  }

  private createEvents(directory: string, settings: ResolvedProps): TaskEvents | undefined {
    const { eventBus } = settings;
    if (eventBus === false) return undefined;
    return new TaskEvents(this, 'Events', {
      table: this.table,
      eventBus,
      apiUrl: this.url,
      directory,
      settings,
    });
  }

  /** Under the cloud assembly, so that nothing lands between the sources; named by the construct, as an app may hold several. */
  private bundleDirectory(): string {
    const stage = Stage.of(this);
    if (stage === undefined) {
      throw new ConfigurationError(
        `TaskSystem ${this.node.path} stands in no app; give its stack an App or a Stage as its scope.`,
      );
    }
    return resolve(stage.outdir, `bundle.${this.node.addr}`);
  }
}
