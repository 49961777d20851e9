import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
  SQSEvent,
} from 'aws-lambda';

/** A request as a test writes it. */
export interface TestRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** What a JWT authorizer says of the caller; there is no authorizer without. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** The event that an HTTP API makes of a request, payload format 2.0. */
export function httpEvent({ method, path, headers = {}, body, claims }: TestRequest): APIGatewayProxyEventV2 {
  const url = new URL(path, 'http://localhost');
  const time = { time: '01/Jan/2026:00:00:00 +0000', timeEpoch: 1_767_225_600_000 };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'localhost',
      domainPrefix: 'localhost',
      http: { method, path: url.pathname, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: 'request',
      routeKey: '$default',
      stage: '$default',
      ...time,
      ...(claims && { authorizer: { jwt: { claims, scopes: [] } } }),
    },
    isBase64Encoded: typeof body !== 'string',
    ...(body !== undefined && {
      body: typeof body === 'string' ? body : Buffer.from(body).toString('base64'),
    }),
  };
}

/** The event of a batch of messages. */
export function sqsEvent(
  messages: readonly {
    readonly id: string;
    readonly body: string;
    readonly receipt?: string;
    readonly receiveCount?: number;
  }[],
): SQSEvent {
  return {
    Records: messages.map(({ id, body, receipt = `receipt of ${id}`, receiveCount = 1 }) => ({
      messageId: id,
      receiptHandle: receipt,
      body,
      attributes: {
        ApproximateReceiveCount: String(receiveCount),
        SentTimestamp: '1767225600000',
        SenderId: 'sender',
        ApproximateFirstReceiveTimestamp: '1767225600000',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-1:000000000000:tasks',
      awsRegion: 'eu-west-1',
    })),
  };
}

/** The event of a schedule. */
export const scheduleEvent = {
  version: '0',
  source: 'aws.events',
  'detail-type': 'Scheduled Event',
  detail: {},
};

/** The context of an invocation that has `remainingMs` left. */
export function lambdaContext(remainingMs = 29_000): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'function',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:function',
    memoryLimitInMB: '512',
    awsRequestId: 'request',
    logGroupName: 'group',
    logStreamName: 'stream',
    getRemainingTimeInMillis: () => remainingMs,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}

/** An answer, with its JSON body parsed. */
export function readResult({ statusCode, headers = {}, body = '' }: APIGatewayProxyStructuredResultV2 = {}) {
  const json: unknown = body === '' ? undefined : JSON.parse(body);
  return { status: statusCode, headers, body: json };
}
