import { Option } from 'commander';
import type { Command } from 'commander';
import { createTaskClient } from '../task-client.ts';
import type { TaskClient } from '../task-client-types.ts';

/** The environment variables of this process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What every command's options tell of the API. */
export interface ConnectionOptions {
  readonly url: string;
  readonly authorization?: string;
  readonly sign?: string;
  readonly json?: boolean;
}

/** A person waits for the answer: fewer tries than a program's. */
const MAX_TRIES = 3;

/** Adds the options that every command has. */
export function withConnection(command: Command): Command {
  return command
    .addOption(
      new Option('--url <url>', 'the API, whose path ends in /v1')
        .env('TASK_SYSTEM_URL')
        .default('http://127.0.0.1:3000/v1'),
    )
    .addOption(
      new Option(
        '--authorization <value>',
        'the header Authorization, such as "Bearer …"; better by the variable',
      )
        .env('TASK_SYSTEM_AUTHORIZATION')
        .conflicts('sign'),
    )
    .addOption(
      new Option(
        '--sign <region>',
        'sign with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN',
      ).env('TASK_SYSTEM_SIGN_REGION'),
    )
    .option('--json', 'print JSON');
}

/** Thrown for a command line, or an environment, that asks for what cannot be. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The client that the options ask for. @throws UsageError when credentials are missing, or the URL is none */
export async function openClient(options: ConnectionOptions, env: Environment): Promise<TaskClient> {
  const sign = options.sign === undefined ? undefined : await signerFor(options.sign, env);
  try {
    return createTaskClient({
      url: options.url,
      authorization: options.authorization,
      sign,
      maxTries: MAX_TRIES,
    });
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error;
  }
}

async function signerFor(region: string, env: Environment) {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env;
  if (AWS_ACCESS_KEY_ID === undefined || AWS_SECRET_ACCESS_KEY === undefined) {
    throw new UsageError(
      `Signing for ${region} needs credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_SESSION_TOKEN for a role.`,
    );
  }
  const { createSigV4Signer } = await import('../sigv4.ts');
  const credentials = {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    sessionToken: AWS_SESSION_TOKEN,
  };
  return createSigV4Signer({ region, credentials });
}
