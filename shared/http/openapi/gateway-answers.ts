import type { Call } from '../calls.ts';
import type { MediaType } from './open-api-document.ts';
import { schemaRef } from './open-api-document.ts';
import type { OperationText } from './operation-text.ts';

interface GatewayAnswer {
  readonly status: number;
  readonly message: string;
  readonly description: string;
  /** Whether only calls with an authorizer, or with a body, have it. */
  readonly only?: 'authorized' | 'bodied';
}

/** What API Gateway answers itself. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html */
const ANSWERS: readonly GatewayAnswer[] = [
  {
    status: 401,
    message: 'Unauthorized',
    description: 'API Gateway: the request has no valid authorization.',
    only: 'authorized',
  },
  {
    status: 403,
    message: 'Forbidden',
    description: 'API Gateway: the caller may not do this, or the signature is not valid.',
    only: 'authorized',
  },
  {
    status: 413,
    message: 'Request Entity Too Large',
    description: 'API Gateway: the body has more than 10 MB.',
    only: 'bodied',
  },
  {
    status: 429,
    message: 'Too Many Requests',
    description: 'API Gateway: too many requests; send it again later.',
  },
  {
    status: 500,
    message: 'Internal Server Error',
    description:
      'API Gateway: the function stopped without an answer; the request may have been carried out.',
  },
  {
    status: 503,
    message: 'Service Unavailable',
    description: 'API Gateway: the function did not answer in time; the request may have been carried out.',
  },
];

/** What API Gateway answers to a call itself, by status, and what it means. */
export function gatewayMedia(
  { body }: Call,
  { isOpenToAll }: OperationText,
): readonly (readonly [number, MediaType & { readonly description: string }])[] {
  return ANSWERS.filter(
    ({ only }) =>
      !(only === 'authorized' && isOpenToAll === true) && !(only === 'bodied' && body === undefined),
  ).map(({ status, message, description }) => [
    status,
    {
      description,
      schema: schemaRef('GatewayError'),
      examples: { [message.toLowerCase().replaceAll(' ', '-')]: { value: { message } } },
    },
  ]);
}
