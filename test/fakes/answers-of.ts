import type { JsonSchema, OpenApiDocument } from '../../shared/http/openapi/open-api-document.ts';
import { describedResponses } from './described-responses.ts';

/** An answer of ours: of which call, with which status and, where it is a problem, of which code. */
export type OurAnswer = readonly [operationId: string, status: number, code?: string];

/** Every answer of ours that a document describes: successes, and each problem. Those of API Gateway are not ours. */
export function answersOf(document: OpenApiDocument): readonly OurAnswer[] {
  return describedResponses(document).flatMap(({ operationId, status, response }): readonly OurAnswer[] => {
    const problem = response.content?.['application/problem+json'];
    if (problem !== undefined) {
      return codesOf(problem.schema).map((code) => [operationId, status, code] as const);
    }
    const json = response.content?.['application/json'];
    const isGateways = json !== undefined && json.schema['$ref'] === GATEWAY_ERROR;
    return isGateways ? [] : [[operationId, status]];
  });
}

const GATEWAY_ERROR = '#/components/schemas/GatewayError';

function codesOf({ allOf }: JsonSchema): readonly string[] {
  const types = JSON.stringify(allOf).matchAll(/"urn:task-system:([a-z-]+)"/g);
  return [...types].map(([, code = '']) => code);
}
