import type { Action } from '../../task/action.ts';
import type { Call, CallName } from '../calls.ts';
import { callNames, calls } from '../calls.ts';
import { actionSchemas } from './action-schemas.ts';
import type { ActionSchemas } from './action-schemas.ts';
import { answerSchemas, sampleAnswers } from './answer-schemas.ts';
import { bodySchemas, describeBody } from './describe-body.ts';
import { describeParameters } from './describe-parameters.ts';
import { describeResponses, problemAnswer } from './describe-responses.ts';
import { DOCUMENT_FRAME } from './document-frame.ts';
import type { Named, OpenApiDocument, Operation, Response } from './open-api-document.ts';
import { operationTexts, tags } from './operation-texts.ts';
import { problemSchemas } from './problem-schemas.ts';
import { describeHeaders } from './response-headers.ts';
import type { SharedResponses } from './share-responses.ts';
import { shareResponses } from './share-responses.ts';
import { taskSchemas } from './task-schemas.ts';

/** The base of every path, which the document has in `servers` instead. */
const BASE = '/v1';

/**
 * Describes the API of a deployment with these actions, by the schemas that requests are parsed with. Paths stand below the server
 * `/v1`; who serves the document puts the whole URL there.
 */
export function describeApi(actions: readonly Action[]): OpenApiDocument {
  const described = actionSchemas(actions);
  const bodies = sampleAnswers(described, actions);
  const paths: Record<string, Record<string, Operation>> = {};
  const responses: Record<string, Response> = {};
  for (const name of callNames) {
    const { method, path } = calls[name];
    const { components, ...operation } = describeOperation(name, described, bodies);
    Object.assign(responses, components);
    paths[path.slice(BASE.length)] = {
      ...paths[path.slice(BASE.length)],
      [method.toLowerCase()]: operation,
    };
  }
  return {
    ...DOCUMENT_FRAME,
    servers: [{ url: BASE, description: 'Where this document was fetched.' }],
    tags,
    paths,
    components: {
      ...DOCUMENT_FRAME.components,
      schemas: { ...taskSchemas, ...answerSchemas, ...problemSchemas, ...bodySchemas(described) },
      responses: {
        ...responses,
        NotFound: problemAnswer(['not-found']),
        MethodNotAllowed: problemAnswer(['method-not-allowed']),
        Options: { description: 'The answer to OPTIONS.', headers: describeHeaders(['Allow']) },
      },
    },
  };
}

function describeOperation(
  name: CallName,
  actions: ActionSchemas,
  bodies: Named<unknown>,
): Operation & Pick<SharedResponses, 'components'> {
  const call: Call = calls[name];
  const text = operationTexts[name];
  const body = describeBody(name, actions);
  return {
    operationId: name,
    tags: [text.tag],
    summary: text.summary,
    description: text.description,
    ...(text.isOpenToAll === true && { security: [] }),
    parameters: describeParameters(call),
    ...(body && {
      requestBody: { required: call.bodyIsOptional !== true, content: { 'application/json': body } },
    }),
    ...shareResponses(describeResponses(call, text, bodies)),
  };
}
