import type { OpenApiDocument } from './open-api-document.ts';

/** The version of what the document describes: the API's, not the service's. */
const API_VERSION = '1.0.0';

type Frame = Pick<OpenApiDocument, 'openapi' | 'jsonSchemaDialect' | 'info' | 'security'> & {
  readonly components: Pick<OpenApiDocument['components'], 'securitySchemes'>;
};

/** What the document says whatever the actions are. */
export const DOCUMENT_FRAME: Frame = {
  openapi: '3.1.1',
  jsonSchemaDialect: 'https://spec.openapis.org/oas/3.1/dialect/base',
  info: {
    title: 'task-system',
    version: API_VERSION,
    summary: 'Asynchronous tasks: create one, and fetch it, or wait, until it has its one final status.',
    description: `A *task* is one request to execute a named *action* with an input. It is accepted at once, executed by a worker, and reaches exactly one final status, which never changes.

Bodies are JSON in UTF-8, times RFC 3339 in UTC. Members, query parameters and the like that a call does not have are refused, never ignored. Answers may get more members in time: ignore those that you do not know.

What goes wrong is a problem document (RFC 9457) whose \`type\` is stable, except for what API Gateway answers itself: that is \`{ "message": … }\`. Answers are never cached (\`cache-control: no-store\`).

Everywhere: another path is a 404 \`urn:task-system:not-found\`, another method a 405 \`urn:task-system:method-not-allowed\` with \`Allow\`. HEAD is answered as GET is, without the body; OPTIONS with 204 and \`Allow\`.`,
  },
  security: [{ deployment: [] }],
  components: {
    securitySchemes: {
      deployment: {
        type: 'apiKey',
        in: 'header',
        name: 'Authorization',
        description:
          'What this deployment asks of its callers, which its owner has chosen: a signature of AWS (SigV4, service `execute-api`) unless something else was, often a bearer token (`Bearer …`).',
      },
    },
  },
};
