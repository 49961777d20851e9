import { describe, expect, test } from 'vitest';
import { pathInput, templateInput } from '../../../../infra/local/event-bus/target-input.ts';

const EVENT = {
  version: '0',
  id: 'event-1',
  'detail-type': 'Order placed',
  source: 'shop',
  time: '2026-01-02T03:04:05Z',
  resources: ['arn:a', 'arn:b'],
  detail: {
    text: 'say "hi"\n',
    number: 4.5,
    none: null,
    'dashed-name': true,
    items: [{ name: 'a' }, { name: 'b' }],
  },
};
const CONTEXT = { ruleArn: 'arn:rule', ruleName: 'rule', ingestedMs: Date.UTC(2026, 0, 2, 3, 4, 6, 789) };

const PATHS = {
  text: '$.detail.text',
  number: '$.detail.number',
  none: '$.detail.none',
  items: '$.detail.items',
  missing: '$.detail.missing.deep',
  type: '$.detail-type',
};

function fill(template: string): string {
  return templateInput(template, PATHS, 'Rule')(EVENT, CONTEXT);
}

describe('a path', () => {
  test.each<[string, unknown]>([
    ['$', EVENT],
    ['$.detail-type', 'Order placed'],
    ['$.detail.dashed-name', true],
    ['$.detail.items[1].name', 'b'],
    ['$.detail.items[*].name', ['a', 'b']],
    ['$.resources[0]', 'arn:a'],
    ['$.detail.missing', null],
    ['$.detail.text.length', null],
    ['$.resources.length', null],
    ['$.constructor', null],
  ])('%s finds its part of the event', (path, expected) => {
    expect(JSON.parse(pathInput(path, 'Rule')(EVENT, CONTEXT))).toEqual(expected);
  });

  test.each(['detail', '$detail', "$['detail']", '$..detail', '$.detail[-1]'])('%s is refused', (path) => {
    expect(() => pathInput(path, 'Rule')).toThrow(`Rule has the path ${path}`);
  });
});

describe('a template', () => {
  test.each<[string, string]>([
    [
      '{"a": <text>, "b": [<number>, <items>]}',
      '{"a":"say \\"hi\\"\\n","b":[4.5,[{"name":"a"},{"name":"b"}]]}',
    ],
    ['{"a": "it <text> is <number>"}', '{"a":"it say \\"hi\\"\\n is 4.5"}'],
    ['{"a": "\\"<type>\\" <type>"}', '{"a":"\\"Order placed\\" Order placed"}'],
    ['{"a": "<items>"}', '{"a":"[{name:a},{name:b}]"}'],
    ['{"a": <missing>, "b": "x<missing>", "c": <none>}', '{"a":"","b":"x","c":""}'],
    ['"Order <type>"', '"Order Order placed"'],
    ['"one <number>"\n"two"', '"one 4.5"\n"two"'],
    [
      '{"arn": <aws.events.rule-arn>, "text": "<aws.events.rule-name> at <aws.events.event.ingestion-time>"}',
      '{"arn":"arn:rule","text":"rule at 2026-01-02T03:04:06Z"}',
    ],
    ['{"event": <aws.events.event.json>}', JSON.stringify({ event: EVENT })],
  ])('%s is filled', (template, expected) => {
    expect(fill(template)).toBe(expected);
  });

  test('has the event without its detail', () => {
    const { detail: _, 'detail-type': detailType, ...others } = EVENT;
    expect(JSON.parse(fill('<aws.events.event>'))).toEqual({ ...others, detailType });
  });

  test('with a placeholder that has no path is refused', () => {
    expect(() => fill('{"a": <other>}')).toThrow('Rule has the placeholder <other> in InputTemplate');
  });
});
