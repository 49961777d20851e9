import { TaskApiError } from './task-api-error.ts';
import type { ApiFault } from './task-api-error.ts';

/** What a gateway's refusals are called here; its body is `{"message"}`, or whatever a proxy writes. */
const gatewayCodes: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  403: 'forbidden',
  413: 'content-too-large',
  429: 'too-many-requests',
};

const TYPE = /^urn:task-system:(.+)$/;

/** The error that an answer without success is: a problem of the API, a gateway's `{"message"}`, a proxy's page. */
export function readProblem(status: number, body: unknown): TaskApiError {
  const { type, detail, message, errors, taskId } = membersOf(body);
  const code = TYPE.exec(String(type))?.[1];
  if (code === undefined) {
    const said = typeof message === 'string' ? `: ${message}` : '';
    return new TaskApiError({
      status,
      code: gatewayCodes[status] ?? 'gateway-error',
      detail: `The gateway has answered ${status}${said}`,
    });
  }
  return new TaskApiError({
    status,
    code,
    detail: String(detail),
    errors: Array.isArray(errors) ? errors.filter(isFault) : [],
    ...(typeof taskId === 'string' && { taskId }),
  });
}

function membersOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? { ...body } : {};
}

function isFault(value: unknown): value is ApiFault {
  return typeof membersOf(value)['detail'] === 'string';
}
