// The program of an execution environment: it fetches invocations from the Lambda Runtime API and hands them to the function's
// handler, as Lambda's own Node.js runtime does (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
import { flushCompileCache } from 'node:module';
import { loadHandler } from './load-handler.ts';
import { createRuntimeClient, describeError, type RuntimeInvocation } from './runtime-client.ts';

/** Exit codes of Lambda's own runtime for these two deaths. */
const EXIT_AFTER_REJECTION = 128;
const EXIT_AFTER_EXCEPTION = 129;
const EXIT_AFTER_INIT_ERROR = 1;

// The runtime's own business: a function never sees it in Lambda.
delete process.env['NODE_COMPILE_CACHE'];
const runtime = createRuntimeClient(variable('AWS_LAMBDA_RUNTIME_API'));
let current: RuntimeInvocation | undefined;

process.on('uncaughtException', (error) => void die(error, EXIT_AFTER_EXCEPTION));
process.on('unhandledRejection', (reason) => {
  const error = new Error(reason instanceof Error ? reason.message : String(reason), { cause: reason });
  error.name = 'Runtime.UnhandledPromiseRejection';
  void die(error, EXIT_AFTER_REJECTION);
});

try {
  const handler = await loadHandler(variable('LAMBDA_TASK_ROOT'), variable('_HANDLER'));
  // Now, as these processes end by being killed, when nothing is written any more.
  flushCompileCache();
  for (;;) {
    current = await runtime.next();
    process.env['_X_AMZN_TRACE_ID'] = current.traceId;
    try {
      const output: unknown = await handler(current.event, contextOf(current));
      await runtime.answer(current.requestId, JSON.stringify(output) ?? 'null');
    } catch (error) {
      logError(error, current.requestId);
      await runtime.fail(current.requestId, describeError(error));
    }
    current = undefined;
  }
} catch (error) {
  logError(error, undefined);
  await runtime.failInit(describeError(error));
  process.exit(EXIT_AFTER_INIT_ERROR);
}

/** Tells what is known, and leaves nothing of the process behind: its state is unknown. */
async function die(error: unknown, exitCode: number): Promise<void> {
  logError(error, current?.requestId);
  try {
    await (current === undefined
      ? runtime.failInit(describeError(error))
      : runtime.fail(current.requestId, describeError(error)));
  } finally {
    process.exit(exitCode);
  }
}

function contextOf(invocation: RuntimeInvocation): object {
  return {
    awsRequestId: invocation.requestId,
    callbackWaitsForEmptyEventLoop: false,
    functionName: variable('AWS_LAMBDA_FUNCTION_NAME'),
    functionVersion: variable('AWS_LAMBDA_FUNCTION_VERSION'),
    invokedFunctionArn: invocation.functionArn,
    logGroupName: variable('AWS_LAMBDA_LOG_GROUP_NAME'),
    logStreamName: variable('AWS_LAMBDA_LOG_STREAM_NAME'),
    memoryLimitInMB: variable('AWS_LAMBDA_FUNCTION_MEMORY_SIZE'),
    getRemainingTimeInMillis: () => Math.max(0, invocation.deadlineMs - Date.now()),
  };
}

/** In Lambda's JSON log format, which the terminal shows for its level. */
function logError(error: unknown, requestId: string | undefined): void {
  const { errorType, errorMessage, trace } = describeError(error);
  const line = { timestamp: new Date().toISOString(), level: 'ERROR', requestId };
  process.stderr.write(`${JSON.stringify({ ...line, errorType, errorMessage, stackTrace: trace })}\n`);
}

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`The environment variable ${name} is missing: the runtime needs it.`);
  return value;
}
