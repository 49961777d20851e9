import { inject } from 'vitest';
import { findCall } from '../../shared/http/find-call.ts';
import type { OpenApiDocument } from '../../shared/http/openapi/open-api-document.ts';
import { answerChecker } from '../fakes/answer-checker.ts';
import type { CheckAnswer } from '../fakes/answer-checker.ts';
import { createRecord } from './answer-record.ts';
import { httpClient } from './http-client.ts';
import type { Answer, Send } from './http-client.ts';

/**
 * The same as `httpClient`, and every answer must be one that the OpenAPI document describes, the deployment's own unless another
 * one is given. The kinds of answers are noted, so that it can be told which there was none of.
 */
export function describedClient(
  target: Parameters<typeof httpClient>[0] = inject('acceptanceTarget'),
  document?: OpenApiDocument,
): Send {
  const send = httpClient(target);
  const note = createRecord(inject('acceptanceRecords'));
  let check: Promise<CheckAnswer> | undefined;

  async function readDocument(): Promise<CheckAnswer> {
    return answerChecker(document ?? requireDocument((await send('GET', '/openapi.json')).json));
  }

  return async (method, path, parts) => {
    const answer = await send(method, path, parts);
    const checkAnswer = await (check ??= readDocument());
    const call = callOf(method, path);
    checkAnswer(call, seen(method, answer));
    note(`${call} ${answer.status}${codeOf(answer)}`);
    return answer;
  };
}

function requireDocument(json: unknown): OpenApiDocument {
  if (isDocument(json)) return json;
  throw new Error('The deployment serves no OpenAPI document.');
}

function isDocument(json: unknown): json is OpenApiDocument {
  return typeof json === 'object' && json !== null && 'openapi' in json && 'paths' in json;
}

function seen(method: string, { status, headers, json }: Answer) {
  const isBodyless = method === 'HEAD' || json === undefined;
  return { status, headers, ...(!isBodyless && { body: JSON.stringify(json) }) };
}

/** A problem's code after a space; nothing for another answer. */
function codeOf({ json }: Answer): string {
  const isProblem = typeof json === 'object' && json !== null && 'type' in json && 'title' in json;
  return isProblem ? ` ${String(json.type).replace('urn:task-system:', '')}` : '';
}

function callOf(method: string, path: string): string {
  try {
    const found = findCall({ method, path: `/v1${path.replace(/\?.*$/, '')}` });
    return 'allow' in found ? 'elsewhere' : found.name;
  } catch {
    return 'elsewhere';
  }
}
