import type { OpenApiDocument, Response } from '../../shared/http/openapi/open-api-document.ts';

/** An answer that the document describes, and where. */
export interface DescribedResponse {
  readonly operationId: string;
  readonly status: number;
  readonly response: Response;
  /** A JSON pointer to it from the document's root, as a fragment. */
  readonly pointer: string;
}

/** What answers what is no call: the components by their status. */
const ELSEWHERE: Readonly<Record<number, string>> = {
  204: 'Options',
  401: 'Unauthorized',
  403: 'TenantMissingOrForbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  429: 'TooManyRequests',
  500: 'InternalErrorOrInternalServerError',
  503: 'ServiceUnavailable',
};

/** Every answer that a document describes; `operationId` is `elsewhere` for requests that no call takes, and OPTIONS. */
export function describedResponses(document: OpenApiDocument): readonly DescribedResponse[] {
  const shared = (operationId: string, status: number, $ref: string): DescribedResponse => {
    const response = document.components.responses[$ref.split('/').at(-1) ?? ''];
    if (response === undefined)
      throw new Error(`The document has no ${$ref}, which ${operationId} refers to.`);
    return { operationId, status, response, pointer: $ref };
  };
  const ofCalls = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { operationId, responses }]) =>
      Object.entries(responses).map(([key, response]) => {
        const status = Number(key);
        if ('$ref' in response) return shared(operationId, status, response.$ref);
        const steps = ['paths', path, method, 'responses', key].map(escapeStep);
        return { operationId, status, response, pointer: `#/${steps.join('/')}` };
      }),
    ),
  );
  const elsewhere = Object.entries(ELSEWHERE).map(([status, name]) =>
    shared('elsewhere', Number(status), `#/components/responses/${name}`),
  );
  return [...ofCalls, ...elsewhere];
}

/** A step of a JSON pointer in a fragment (RFC 6901, 6). */
export function escapeStep(step: string): string {
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
}
