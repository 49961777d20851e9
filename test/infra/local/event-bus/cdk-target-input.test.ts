import { App, Stack } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { expect, test } from 'vitest';
import { readCloudAssembly } from '../../../../infra/local/assembly/cloud-assembly.ts';
import { localReferences } from '../../../../infra/local/assembly/local-references.ts';
import { planStack } from '../../../../infra/local/assembly/plan-stack.ts';
import type { TargetInput } from '../../../../infra/local/event-bus/target-input.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const EVENT = {
  id: 'event-1',
  'detail-type': 'Order placed',
  source: 'shop',
  detail: { csv: 'a,b\n1,"2"\n', nested: { list: [1, null] } },
};
const CONTEXT = { ruleArn: 'arn:rule', ruleName: 'rule', ingestedMs: 0 };

/** What the local stack reads of a rule that CDK synthesized with that input. */
function synthesized(message: RuleTargetInput): TargetInput {
  const app = new App({ outdir: temporaryDirectory() });
  const stack = new Stack(app, 'Stack');
  const cdkRule = new Rule(stack, 'Rule', { eventPattern: { source: ['shop'] } });
  cdkRule.addTarget(new SqsQueue(new Queue(stack, 'Queue'), { message }));
  const assembly = readCloudAssembly(app.synth().directory);
  const references = localReferences(assembly, { queueUrl: (name) => name, apiUrl: '' });
  const [rule] = planStack(assembly, references).rules;
  const input = rule?.targets[0]?.input;
  if (input === undefined) throw new Error('The template has no rule with a target.');
  return input;
}

test.each<[string, RuleTargetInput, unknown]>([
  [
    'an object of event fields',
    RuleTargetInput.fromObject({
      id: EventField.eventId,
      input: EventField.fromPath('$.detail'),
      title: `${EventField.detailType} by ${EventField.source}`,
      fixed: [1, true, null, EventField.fromPath('$.detail.nested.list')],
    }),
    {
      id: 'event-1',
      input: EVENT.detail,
      title: 'Order placed by shop',
      fixed: [1, true, null, [1, null]],
    },
  ],
  ['a text', RuleTargetInput.fromText(`from ${EventField.source}`), 'from shop'],
  ['a path', RuleTargetInput.fromEventPath('$.detail.nested'), EVENT.detail.nested],
  ['a constant', RuleTargetInput.fromObject({ action: 'sleep' }), { action: 'sleep' }],
])('what CDK makes of %s gives the right JSON', (_, message, expected) => {
  expect(JSON.parse(synthesized(message)(EVENT, CONTEXT))).toEqual(expected);
});
