import { env } from 'node:process';

/** Credentials as the AWS SDK takes them. */
export interface LambdaCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Takes the credentials that Lambda puts into the environment of a function
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html). It stands in for the module of the same export,
 * `@aws-sdk/credential-provider-node`, in every bundle: that one also knows profiles, SSO, web identities and instance
 * metadata, none of which a function has.
 * @throws Error, at the first request, when the environment holds no credentials.
 */
export function defaultProvider(): () => Promise<LambdaCredentials> {
  return async () => {
    const accessKeyId = env['AWS_ACCESS_KEY_ID'];
    const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'];
    const sessionToken = env['AWS_SESSION_TOKEN'];
    if (!accessKeyId || !secretAccessKey) {
      throw new Error(
        'AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set; Lambda sets both, so set them where this bundle runs elsewhere.',
      );
    }
    return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
  };
}
