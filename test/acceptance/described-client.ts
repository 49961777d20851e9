import { inject } from 'vitest';
import { findCall } from '../../shared/http/find-call.ts';
import type { OpenApiDocument } from '../../shared/http/openapi/open-api-document.ts';
import { answerChecker } from '../fakes/answer-checker.ts';
import type { CheckAnswer } from '../fakes/answer-checker.ts';
import { httpClient } from './http-client.ts';
import type { Answer, Send } from './http-client.ts';

/** The same as `httpClient`, and every answer must be one that the deployment's own OpenAPI document describes. */
export function describedClient(): Send {
  const send = httpClient(inject('acceptanceTarget'));
  let check: Promise<CheckAnswer> | undefined;

  async function readDocument(): Promise<CheckAnswer> {
    const { json } = await send('GET', '/openapi.json');
    return answerChecker(requireDocument(json));
  }

  return async (method, path, parts) => {
    const answer = await send(method, path, parts);
    const checkAnswer = await (check ??= readDocument());
    checkAnswer(callOf(method, path), seen(method, answer));
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

function callOf(method: string, path: string): string {
  try {
    const found = findCall({ method, path: `/v1${path.replace(/\?.*$/, '')}` });
    return 'allow' in found ? 'elsewhere' : found.name;
  } catch {
    return 'elsewhere';
  }
}
