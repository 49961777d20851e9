import { Annotations, Duration, Names, Stack, Token } from 'aws-cdk-lib';
import { EventField, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import type { IRule, IRuleTarget } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ConfigurationError } from './configuration-error.ts';

/** What a rule's events start. A field that an event lacks makes no valid request of it, and the event is refused. */
export interface StartTaskProps {
  /** The action's name, or where the event has it: `EventField.fromPath('$.detail.action')`. */
  readonly action: string;

  /**
   * The input: a JSON value that may hold fields of the event, `{ csv: EventField.fromPath('$.detail.csv') }`.
   * @default - the event's `detail`
   */
  readonly input?: unknown;

  /**
   * The owner of the tasks, as the prop `tenantClaim` of the task system would find it for a caller.
   * @default - the tenant `default`, which owns all tasks where no claim is configured
   */
  readonly tenant?: string;
}

/** What starting tasks from events takes. */
export interface EventStartsProps {
  readonly api: IFunction;
  /** Keeps the events by which no task could be started. The api function may send to it already. */
  readonly refusedEventQueue: IQueue;
  readonly encryptionKey: IKey | undefined;
  /** Names of the actions there are. */
  readonly actionNames: ReadonlySet<string>;
}

/** EventBridge's own rule for what it cannot deliver, which is what it does without being told. */
const MAX_EVENT_AGE = Duration.hours(24);
/** After a failure Lambda waits a minute, then two; the task's key makes a repeated start harmless. */
const RETRIES = 2;
const MAX_RULE_LENGTH = 64;
/** What Lambda takes at most before it gives an event up. */
const MAX_INVOCATION_AGE = Duration.hours(6);

/** Lets rules of EventBridge start tasks through the api function, and loses no event that could not. */
export class EventStarts extends Construct {
  private readonly props: EventStartsProps;

  constructor(scope: Construct, id: string, props: EventStartsProps) {
    super(scope, id);
    this.props = props;
    const { api, refusedEventQueue, encryptionKey } = props;
    // Not CDK's SqsDestination, which would write the right to send into a policy beside the function's role.
    const onFailure = { bind: () => ({ destination: refusedEventQueue.queueArn }) };
    api.configureAsyncInvoke({ retryAttempts: RETRIES, maxEventAge: MAX_INVOCATION_AGE, onFailure });
    this.letEventBridgeKeepEvents(refusedEventQueue, encryptionKey);
  }

  /**
   * A target for a rule, with which each event that matches starts a task. Without props the event's `detail` is the request.
   * @throws ConfigurationError when there is no such action.
   */
  target(props?: StartTaskProps): IRuleTarget {
    const { api, refusedEventQueue } = this.props;
    const tenant = props?.tenant;
    if (tenant === '') {
      throw new ConfigurationError(
        'startTask got the tenant "", which owns nothing; name one, or leave it out.',
      );
    }
    const request = props === undefined ? EventField.fromPath('$.detail') : this.requestOf(props);
    return {
      bind(rule: IRule, id?: string) {
        const startTask = {
          // A rule may have several such targets: each makes a task of its own.
          rule: `${Names.uniqueResourceName(rule, { maxLength: MAX_RULE_LENGTH, separator: '-' })}/${id ?? ''}`,
          eventId: EventField.eventId,
          ...(tenant !== undefined && { tenant }),
          request,
        };
        const target = new FunctionTarget(api, {
          event: RuleTargetInput.fromObject({ startTask }),
          maxEventAge: MAX_EVENT_AGE,
        });
        // Not as a prop of the target: CDK would write the rule into the queue's policy, and a rule of another stack makes a cycle.
        return { ...target.bind(rule, id), deadLetterConfig: { arn: refusedEventQueue.queueArn } };
      },
    };
  }

  /** What EventBridge cannot deliver it sends to the queue itself: for any rule of this account and region. */
  private letEventBridgeKeepEvents(queue: IQueue, encryptionKey: IKey | undefined): void {
    const eventBridge = new ServicePrincipal('events.amazonaws.com');
    const rules = Stack.of(this).formatArn({ service: 'events', resource: 'rule', resourceName: '*' });
    queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [eventBridge],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: { ArnLike: { 'aws:SourceArn': rules } },
      }),
    );
    const actions = ['kms:Decrypt', 'kms:GenerateDataKey'];
    const statement = new PolicyStatement({ principals: [eventBridge], actions, resources: ['*'] });
    const isAllowed = encryptionKey?.addToResourcePolicy(statement, true).statementAdded ?? true;
    if (isAllowed) return;
    Annotations.of(this).addWarningV2(
      'task-system:imported-key',
      `The policy of an imported encryptionKey cannot be changed here; let events.amazonaws.com do ${actions.join(' and ')} in it, or events that EventBridge cannot deliver are lost.`,
    );
  }

  private requestOf({ action, input = EventField.fromPath('$.detail') }: StartTaskProps): object {
    const names = [...this.props.actionNames];
    if (!Token.isUnresolved(action) && !names.includes(action)) {
      throw new ConfigurationError(
        `startTask got the action ${JSON.stringify(action)}, and the registry has ${names.join(', ')}; give one of these.`,
      );
    }
    return { action, input };
  }
}
