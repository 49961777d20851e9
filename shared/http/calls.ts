import type * as v from 'valibot';
import { batchBody, createBody, emptyBody, failBody, heartbeatBody, succeedBody } from './bodies.ts';
import {
  action,
  activeStatus,
  cursor,
  finalStatus,
  idempotencyKey,
  ifNoneMatch,
  limit,
  prefer,
  taskToken,
  traceparent,
  wait,
} from './parameters.ts';

/** A schema of a part of a request; what it gives is what the part means. */
export type PartSchema = v.GenericSchema;

/** What a request of one call of the API looks like: it is parsed by this, and described by this in the OpenAPI document. */
export interface Call {
  readonly method: 'GET' | 'POST';
  /** With `{id}` for the id of a task. */
  readonly path: string;
  /** By name. Every parameter is optional and comes once; others are refused. */
  readonly query: Readonly<Record<string, PartSchema>>;
  /** By name in lower case. Every header is optional; others do not matter. */
  readonly headers: Readonly<Record<string, PartSchema>>;
  /** Undefined when the call has no body; what comes is then not looked at. */
  readonly body?: PartSchema;
  /** Whether a request without a body counts as one with `{}`. */
  readonly bodyIsOptional?: true;
}

const byToken = { query: {}, headers: { 'task-token': taskToken } } as const;

/** Every call of the API, by its name, which is its `operationId`. */
export const calls = {
  createTask: {
    method: 'POST',
    path: '/v1/tasks',
    query: {},
    headers: { 'idempotency-key': idempotencyKey, prefer, traceparent },
    body: createBody,
  },
  listTasks: {
    method: 'GET',
    path: '/v1/tasks',
    query: { finalStatus, activeStatus, action, limit, cursor },
    headers: {},
  },
  createTasks: {
    method: 'POST',
    path: '/v1/task-batches',
    query: {},
    headers: { traceparent },
    body: batchBody,
  },
  fetchTask: {
    method: 'GET',
    path: '/v1/tasks/{id}',
    query: { wait },
    headers: { prefer, 'if-none-match': ifNoneMatch },
  },
  cancelTask: {
    method: 'POST',
    path: '/v1/tasks/{id}/cancel',
    query: {},
    headers: {},
    body: emptyBody,
    bodyIsOptional: true,
  },
  retryTask: {
    method: 'POST',
    path: '/v1/tasks/{id}/retry',
    query: {},
    headers: { prefer, traceparent },
    body: emptyBody,
    bodyIsOptional: true,
  },
  succeedTask: {
    ...byToken,
    method: 'POST',
    path: '/v1/tasks/{id}/succeed',
    body: succeedBody,
    bodyIsOptional: true,
  },
  failTask: { ...byToken, method: 'POST', path: '/v1/tasks/{id}/fail', body: failBody },
  heartbeatTask: { ...byToken, method: 'POST', path: '/v1/tasks/{id}/heartbeat', body: heartbeatBody },
  describeApi: { method: 'GET', path: '/v1/openapi.json', query: {}, headers: {} },
  checkHealth: { method: 'GET', path: '/v1/health', query: {}, headers: {} },
} as const satisfies Readonly<Record<string, Call>>;

/** The name of a call. */
export type CallName = keyof typeof calls;

/** All of them. */
export const callNames: readonly CallName[] = Object.keys(calls).filter(isCallName);

function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name);
}
