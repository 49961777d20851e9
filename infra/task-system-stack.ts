import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { TaskSystem } from './task-system.ts';
import type { TaskSystemProps } from './task-system-props.ts';

/** What the stack takes: the props of a stack, and those of the task system in it. */
export interface TaskSystemStackProps extends StackProps {
  readonly taskSystem: TaskSystemProps;
}

/**
 * A task system as a stack of its own, with outputs for its callers and its operators. Whoever may put events on its bus may
 * start tasks: an event of detail type `start task` starts the task that its detail, `{ action, input }`, asks for.
 */
export class TaskSystemStack extends Stack {
  constructor(scope: Construct, id: string, props: TaskSystemStackProps) {
    super(scope, id, props);
    const tasks = new TaskSystem(this, 'Tasks', props.taskSystem);
    if (tasks.eventBus !== undefined) {
      const rule = new Rule(this, 'StartTask', {
        description: 'Starts the tasks that events ask for.',
        eventBus: tasks.eventBus,
        eventPattern: { detailType: ['start task'] },
      });
      rule.addTarget(tasks.startTask());
      this.tell('EventBusName', tasks.eventBus.eventBusName, 'Is told of every ended task.');
    }
    this.tell('Url', tasks.url, 'Where the API answers.');
    this.tell('TableName', tasks.table.tableName, 'Holds the tasks.');
    this.tell('QueueUrl', tasks.queue.queueUrl, 'Carries the ids of tasks that wait for a worker.');
    this.tell('DeadLetterQueueUrl', tasks.deadLetterQueue.queueUrl, 'Holds what no worker could take.');
    this.tell(
      'RefusedEventQueueUrl',
      tasks.refusedEventQueue.queueUrl,
      'Holds events that could start no task, with the reason.',
    );
    this.tell('WorkerFunctionName', tasks.workerFunction.functionName, 'Runs the actions.');
  }

  private tell(id: string, value: string, description: string): CfnOutput {
    return new CfnOutput(this, id, { value, description });
  }
}
