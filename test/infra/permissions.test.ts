import { Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { createApp } from '../../infra/create-app.ts';
import { readTemplate } from './read-template.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const stack = createApp({ outdir: temporaryDirectory() }).node.findChild('TaskSystem');
if (!Stack.isStack(stack)) throw new Error('TaskSystem is no stack.');
const template = readTemplate(stack);

describe('the functions', () => {
  it.each([
    [
      'ApiFunction',
      {
        TasksTable: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        TasksQueue: ['sqs:SendMessage'],
        TasksRefusedEventQueue: ['sqs:SendMessage'],
        TasksApiFunctionLogs: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      },
    ],
    [
      'WorkerFunction',
      {
        TasksTable: ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        TasksQueue: [
          'sqs:ChangeMessageVisibility',
          'sqs:DeleteMessage',
          'sqs:GetQueueAttributes',
          'sqs:ReceiveMessage',
        ],
        TasksWorkerFunctionLogs: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      },
    ],
    [
      'StatusFunction',
      {
        TasksTable: ['dynamodb:BatchGetItem', 'dynamodb:GetItem'],
        'TasksTable/index/byLook': ['dynamodb:Query'],
        'TasksTable/index/byEnd': ['dynamodb:Query'],
        TasksStatusFunctionLogs: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      },
    ],
    [
      'EventsFunction',
      {
        TasksTable: ['dynamodb:BatchGetItem'],
        'TasksTable/stream': [
          'dynamodb:DescribeStream',
          'dynamodb:GetRecords',
          'dynamodb:GetShardIterator',
          'dynamodb:ListStreams',
        ],
        TasksEventsBus: ['events:PutEvents'],
        TasksEventsUnsentEventQueue: ['sqs:SendMessage'],
        TasksEventsFunctionLogs: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      },
    ],
    [
      'ReconcilerFunction',
      {
        TasksTable: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
        'TasksTable/index/byLook': ['dynamodb:Query'],
        TasksQueue: ['sqs:GetQueueAttributes', 'sqs:SendMessage'],
        TasksDeadLetterQueue: [
          'sqs:ChangeMessageVisibility',
          'sqs:DeleteMessage',
          'sqs:GetQueueAttributes',
          'sqs:ReceiveMessage',
        ],
        TasksReconcilerFunctionLogs: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      },
    ],
  ])('let %s do exactly what it does, on exactly its own resources', (name, expected) => {
    expect(template.permissionsOf(`Tasks${name}Role`)).toEqual(expected);
    expect(template.named('AWS::IAM::Role', `Tasks${name}Role`).Properties).not.toHaveProperty(
      'ManagedPolicyArns',
    );
  });

  it('have no permission beside those of their roles', () => {
    expect(template.all('AWS::IAM::Policy').size).toBe(0);
    expect(template.all('AWS::IAM::ManagedPolicy').size).toBe(0);
    expect(template.all('AWS::IAM::Role').size).toBe(5);
  });
});
