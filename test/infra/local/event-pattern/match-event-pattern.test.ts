import { describe, expect, it } from 'vitest';
import { parseEventPattern } from '../../../../infra/local/event-pattern/match-event-pattern.ts';

const EVENT = {
  source: 'tasks.api',
  'detail-type': 'Task ended',
  account: null,
  resources: ['arn:one', 'arn:two'],
  empty: [],
  detail: {
    status: 'succeeded',
    attempt: 3,
    final: true,
    note: '',
    error: null,
    address: '10.0.0.33',
    address6: '2001:db8::1',
    file: 'dir/sub/a*b.png',
    nested: [[{ name: 'Anna', age: 30 }], [{ name: 'John', age: 25 }]],
  },
};

const matches = (pattern: unknown): boolean => parseEventPattern(pattern, 'Rule')(EVENT);
const ofDetail = (name: string, ...values: unknown[]): boolean => matches({ detail: { [name]: values } });

describe('an event pattern', () => {
  it('wants every field, by any of its values', () => {
    expect(matches({ source: ['x', 'tasks.api'], detail: { status: ['succeeded'] } })).toBe(true);
    expect(matches({ source: ['tasks.api'], detail: { status: ['failed'] } })).toBe(false);
    expect(matches({ missing: ['x'] })).toBe(false);
  });

  it('compares plain values by type', () => {
    expect(ofDetail('attempt', 3)).toBe(true);
    expect(ofDetail('attempt', '3')).toBe(false);
    expect(ofDetail('final', true)).toBe(true);
    expect(ofDetail('final', 'true')).toBe(false);
    expect(ofDetail('note', '')).toBe(true);
    expect(matches({ account: [null] })).toBe(true);
    expect(matches({ missing: [null] })).toBe(false);
  });

  it('knows nothing that an object merely inherits', () => {
    expect(matches({ toString: [{ exists: true }] })).toBe(false);
  });

  it('wants one element of an array', () => {
    expect(matches({ resources: ['arn:two'] })).toBe(true);
    expect(matches({ resources: ['arn:three'] })).toBe(false);
    expect(matches({ resources: [{ 'anything-but': 'arn:one' }] })).toBe(true);
    expect(matches({ empty: [{ 'anything-but': 'arn:one' }] })).toBe(false);
  });

  it('wants what it says of an array of objects to be true of one of them', () => {
    expect(matches({ detail: { nested: { name: ['Anna'], age: [30] } } })).toBe(true);
    expect(matches({ detail: { nested: { name: ['Anna'], age: [25] } } })).toBe(false);
  });

  it('knows alternatives beside fields, at any depth', () => {
    const either = { $or: [{ status: ['failed'] }, { attempt: [3] }] };
    expect(matches({ source: ['tasks.api'], detail: either })).toBe(true);
    expect(matches({ source: ['other'], detail: either })).toBe(false);
    expect(matches({ detail: { $or: [{ status: ['failed'] }, { attempt: [4] }] } })).toBe(false);
    expect(matches({ $or: [{ source: ['other'] }, { detail: either }] })).toBe(true);
  });

  it('matches no event that is no object', () => {
    expect(parseEventPattern({ a: [{ exists: false }] }, 'Rule')('text')).toBe(false);
  });
});

describe('an operator', () => {
  it.each<[name: string, yes: readonly unknown[], no: readonly unknown[]]>([
    [
      'status',
      [
        { prefix: 'succ' },
        { prefix: { 'equals-ignore-case': 'SUCC' } },
        { suffix: 'eded' },
        { suffix: { 'equals-ignore-case': 'EDED' } },
        { 'equals-ignore-case': 'SUCCEEDED' },
        { exists: true },
        { 'anything-but': 'failed' },
        { 'anything-but': ['failed', 'cancelled'] },
        { 'anything-but': 5 },
        { 'anything-but': { prefix: 'fail' } },
        { 'anything-but': { prefix: ['fail', 'canc'] } },
        { 'anything-but': { suffix: 'led' } },
        { 'anything-but': { 'equals-ignore-case': ['FAILED', 'CANCELLED'] } },
        { 'anything-but': { wildcard: '*fail*' } },
      ],
      [
        { prefix: 'fail' },
        { prefix: 'SUCC' },
        { suffix: 'led' },
        { suffix: 'EDED' },
        { 'equals-ignore-case': 'failed' },
        { exists: false },
        { numeric: ['=', 3] },
        { cidr: '10.0.0.0/24' },
        { 'anything-but': 'succeeded' },
        { 'anything-but': ['failed', 'succeeded'] },
        { 'anything-but': { prefix: 'succ' } },
        { 'anything-but': { prefix: ['fail', 'succ'] } },
        { 'anything-but': { suffix: 'eded' } },
        { 'anything-but': { 'equals-ignore-case': 'SUCCEEDED' } },
        { 'anything-but': { wildcard: 's*d' } },
      ],
    ],
    [
      'attempt',
      [
        { numeric: ['=', 3] },
        { numeric: ['<', 3.5] },
        { numeric: ['>', 2, '<=', 3] },
        { 'anything-but': [1, 2] },
        { 'anything-but': { prefix: '3' } },
      ],
      [
        { numeric: ['=', 4] },
        { numeric: ['>', 3] },
        { numeric: ['>', 3, '<=', 5] },
        { numeric: ['>=', 0, '<', 3] },
        { 'anything-but': 3 },
        { prefix: '3' },
        { wildcard: '*' },
      ],
    ],
    [
      'file',
      [{ wildcard: 'dir/*.png' }, { wildcard: '*a\\*b*' }, { wildcard: 'dir/sub/a*b.png' }],
      [
        { wildcard: 'dir/*.jpg' },
        { wildcard: 'dir' },
        { wildcard: 'dir/sub/a\\*c*' },
        { wildcard: 'dir/sub/....png' },
      ],
    ],
    [
      'address',
      [{ cidr: '10.0.0.0/24' }, { cidr: '0.0.0.0/0' }],
      [{ cidr: '10.0.1.0/24' }, { cidr: '::/0' }],
    ],
    ['address6', [{ cidr: '2001:db8::/32' }], [{ cidr: '2001:db9::/32' }, { cidr: '0.0.0.0/0' }]],
    ['error', [{ exists: true }, { 'anything-but': 'x' }], [{ exists: false }]],
    ['missing', [{ exists: false }], [{ exists: true }, { 'anything-but': 'x' }]],
    // Not a leaf.
    ['nested', [{ exists: false }], [{ exists: true }]],
  ])('of %s decides as EventBridge does', (name, yes, no) => {
    expect(yes.filter((one) => !ofDetail(name, one))).toEqual([]);
    expect(no.filter((one) => ofDetail(name, one))).toEqual([]);
  });

  it('is one of the alternatives in a list', () => {
    expect(ofDetail('status', { prefix: 'fail' }, 'succeeded')).toBe(true);
    expect(ofDetail('missing', 'x', { exists: false })).toBe(true);
  });

  it('asks for absence where the object around is absent too', () => {
    expect(matches({ nowhere: { at: { all: [{ exists: false }] } } })).toBe(true);
    expect(matches({ nowhere: { at: { all: ['x'] } } })).toBe(false);
  });
});

describe('a malformed pattern is refused', () => {
  it.each<[pattern: unknown, sentence: RegExp]>([
    ['text', /^Rule has a pattern that is no object/],
    [{}, /^Rule has a pattern without a field/],
    [{ detail: {} }, /at detail a pattern without a field/],
    [{ detail: { status: 'x' } }, /at detail\.status a pattern that is no object/],
    [{ source: [] }, /at source an empty list/],
    [{ source: [['x']] }, /at source a list in a list/],
    [{ source: [{}] }, /with the operators none/],
    [{ source: [{ prefix: 'a', suffix: 'b' }] }, /with the operators prefix, suffix/],
    [
      { detail: { status: [{ contains: 'x' }] } },
      /at detail\.status the operator contains, which is not known/,
    ],
    [{ source: [{ toString: 'x' }] }, /the operator toString, which is not known/],
    [{ source: [{ prefix: 5 }] }, /prefix 5: the operator takes a text/],
    [{ source: [{ prefix: { wildcard: 'x' } }] }, /prefix the operator wildcard, which is not known/],
    [{ source: [{ exists: 'yes' }] }, /exists "yes": the operator takes true or false/],
    [{ source: [{ wildcard: 'a**' }] }, /wildcard "a\*\*": the operator takes single stars/],
    [{ source: [{ wildcard: 'a\\b' }] }, /takes a backslash before/],
    [{ source: [{ wildcard: 'a\\' }] }, /takes a backslash before/],
    [{ source: [{ cidr: '10.0.0.0' }] }, /takes an address range/],
    [{ source: [{ cidr: '10.0.0.0/33' }] }, /takes an address range/],
    [{ source: [{ numeric: '>5' }] }, /takes a list such as/],
    [{ source: [{ numeric: [] }] }, /takes a list such as/],
    [{ source: [{ numeric: ['=', '5'] }] }, /takes a list such as/],
    [{ source: [{ numeric: ['>', 6e9] }] }, /takes a list such as/],
    [{ source: [{ numeric: ['>', 5, '<', 5] }] }, /takes a list such as/],
    [{ source: [{ numeric: ['<', 5, '>', 1] }] }, /takes a list such as/],
    [{ source: [{ numeric: ['>', 5, '<'] }] }, /takes a list such as/],
    [{ source: [{ 'anything-but': null }] }, /takes texts only, numbers only/],
    [{ source: [{ 'anything-but': [] }] }, /takes texts only, numbers only/],
    [{ source: [{ 'anything-but': ['a', 1] }] }, /takes texts only, numbers only/],
    [{ source: [{ 'anything-but': { numeric: ['=', 1] } }] }, /the operator numeric, which is not known/],
    [{ source: [{ 'anything-but': { prefix: [1] } }] }, /takes a text/],
    [{ $or: [{ source: ['x'] }] }, /at \$or no list of at least two patterns/],
    [{ detail: { $or: { source: ['x'] } } }, /at detail\.\$or no list/],
    [{ $or: [{ source: ['x'] }, {}] }, /a pattern without a field/],
  ])('%j', (pattern, sentence) => {
    expect(() => parseEventPattern(pattern, 'Rule')).toThrow(sentence);
  });
});
