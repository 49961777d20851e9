import { describe, expect, test } from 'vitest';
import { problemResponse } from '../../../../shared/http/problem.ts';
import { describeApi } from '../../../../shared/http/openapi/describe-api.ts';
import { answerChecker } from '../../../fakes/answer-checker.ts';

const check = answerChecker(describeApi([]));
const json = { 'content-type': 'application/json' };
const health = { status: 200, headers: json, body: '{"status":"ok"}' };
const unavailable = problemResponse('unavailable', { detail: 'x', headers: { 'retry-after': '5' } });

describe('an answer that is described', () => {
  test('passes, with or without parameters of its content type', () => {
    expect(() => check('checkHealth', health)).not.toThrow();
    expect(() =>
      check('checkHealth', { ...health, headers: { 'Content-Type': 'application/json; charset=utf-8' } }),
    ).not.toThrow();
  });

  test('may be a problem, or an answer of API Gateway', () => {
    expect(() => check('listTasks', unavailable)).not.toThrow();
    expect(() =>
      check('listTasks', { status: 503, headers: json, body: '{"message":"Service Unavailable"}' }),
    ).not.toThrow();
    expect(() =>
      check('checkHealth', { status: 503, headers: json, body: '{"status":"degraded","reason":"clock"}' }),
    ).not.toThrow();
  });

  test('has no body for HEAD, and where none is described', () => {
    expect(() => check('checkHealth', { status: 200, headers: json })).not.toThrow();
    expect(() => check('fetchTask', { status: 304, headers: { etag: '"x"' }, body: '' })).not.toThrow();
  });

  test('may be to a request that no call takes', () => {
    expect(() => check('elsewhere', problemResponse('not-found', { detail: 'x' }))).not.toThrow();
    expect(() =>
      check('elsewhere', problemResponse('method-not-allowed', { detail: 'x', headers: { allow: 'GET' } })),
    ).not.toThrow();
    expect(() =>
      check('elsewhere', { status: 204, headers: { allow: 'GET, HEAD, OPTIONS' }, body: '' }),
    ).not.toThrow();
  });
});

describe('an answer that is not described is refused', () => {
  test.each([
    ['another status', { ...health, status: 201 }],
    ['another content type', { ...health, headers: { 'content-type': 'text/html' } }],
    ['no content type', { ...health, headers: {} }],
    ['another value', { ...health, body: '{"status":"fine"}' }],
    ['a further member', { ...health, body: '{"status":"ok","more":1}' }],
    ['no JSON', { ...health, body: 'ok' }],
    ['a header that this answer has not', { ...health, headers: { ...json, etag: '"x"' } }],
  ])('for %s', (_, answer) => {
    expect(() => check('checkHealth', answer)).toThrow(/checkHealth|JSON/);
  });

  test('for a header that is missing, or has another form', () => {
    const refused = problemResponse('method-not-allowed', { detail: 'x' });
    expect(() => check('elsewhere', refused)).toThrow('without Allow');
    const never = { ...unavailable, headers: { ...unavailable.headers, 'retry-after': '0' } };
    expect(() => check('listTasks', never)).toThrow('with Retry-After: 0');
  });

  test('for a problem that the call has not, or of another status', () => {
    const stale = problemResponse('token-stale', { detail: 'x' });
    expect(() => check('cancelTask', stale)).toThrow('/type');
    expect(() => check('failTask', stale)).not.toThrow();
  });

  test('for a body where none is described', () => {
    expect(() => check('fetchTask', { status: 304, headers: { etag: '"x"' }, body: '{}' })).toThrow(
      'none is',
    );
  });

  test('for a call that there is not', () => {
    expect(() => check('startTask', health)).toThrow('startTask answered 200, which is not described');
  });
});
