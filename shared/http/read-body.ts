import { findDepthIssue } from '../task/json.ts';
import { MAX_BODY_BYTES, MAX_JSON_DEPTH } from '../task/limits.ts';
import type { HttpRequest } from './message.ts';
import { findJsonLoss } from './find-json-loss.ts';
import { invalidRequest, pointerTo, RequestProblem } from './problem.ts';

/** `application/json`, or any type with the suffix `+json`; parameters do not matter, but a comma begins a second header. */
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;(?:[^",]|"(?:[^"\\]|\\.)*")*)?$/i;

/**
 * The JSON value that a request carries. A byte order mark before it is skipped (RFC 8259, 8.1).
 * @throws RequestProblem: 415 for another type or a content coding, 413 above 1 MiB, 400 for what is not JSON in UTF-8, is
 *   nested too deep, or would lose something: a member that comes twice, an integer beyond 2^53.
 */
export function readJsonBody({ headers, body }: HttpRequest): unknown {
  const type = headers['content-type'] ?? '';
  if (!JSON_TYPE.test(type)) {
    throw unsupported('Content-Type', 'must be application/json');
  }
  if (isCoded(headers['content-encoding'] ?? '')) {
    throw unsupported('Content-Encoding', 'is not taken; send the body uncompressed');
  }
  if (body.length > MAX_BODY_BYTES) {
    const detail = `is ${body.length} bytes, and at most ${MAX_BODY_BYTES} are taken`;
    throw new RequestProblem('content-too-large', {
      detail: `The body ${detail}.`,
      errors: [{ pointer: '', detail }],
    });
  }
  const text = decode(body);
  const value = parse(text);
  // The body itself is a level around the input.
  const issue = findDepthIssue(value, MAX_JSON_DEPTH + 1) ?? findJsonLoss(text);
  if (issue !== undefined) {
    throw invalidRequest({ pointer: pointerTo('', issue.path), detail: issue.message });
  }
  return value;
}

/** Whether a Content-Encoding names any coding (RFC 9110, 8.4.1); `identity` is none. */
function isCoded(header: string): boolean {
  const codings = header.split(',').map((coding) => coding.trim().toLowerCase());
  return codings.some((coding) => coding !== '' && coding !== 'identity');
}

function unsupported(header: string, detail: string): RequestProblem {
  return new RequestProblem('unsupported-media-type', {
    detail: `${header} ${detail}.`,
    errors: [{ header, detail }],
  });
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw invalidRequest({ pointer: '', detail: 'is not UTF-8' });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's own message quotes the body; only the place is told.
    const place = error instanceof SyntaxError ? /at position \d+/.exec(error.message)?.[0] : undefined;
    throw invalidRequest({
      pointer: '',
      detail: `is not JSON${place === undefined ? '' : ` (${place})`}`,
    });
  }
}
