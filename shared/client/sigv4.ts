/** Signing for an API that asks for IAM authorization, apart from the client so that only those who need it load it. */
import { AwsV4Signer } from 'aws4fetch';

/** Credentials of an AWS principal that may do `execute-api:Invoke`. */
export interface SigV4Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** With the credentials of a role. */
  readonly sessionToken?: string | undefined;
}

/** What requests are signed with. */
export interface SigV4Options {
  /** The API's AWS region, such as `eu-west-1`. */
  readonly region: string;
  /** Credentials, or what gives them, as the AWS SDK's providers do; it is called for each request, so it should cache. */
  readonly credentials: SigV4Credentials | (() => Promise<SigV4Credentials>);
}

/** Makes the `sign` of a client: AWS Signature Version 4 for `execute-api`. Errors of the credentials' provider pass through. */
export function createSigV4Signer({
  region,
  credentials,
}: SigV4Options): (request: Request) => Promise<Request> {
  return async (request) => {
    const { accessKeyId, secretAccessKey, sessionToken } =
      typeof credentials === 'function' ? await credentials() : credentials;
    const bytes = await request.arrayBuffer();
    const body = bytes.byteLength === 0 ? null : bytes;
    const signer = new AwsV4Signer({
      method: request.method,
      url: request.url,
      headers: request.headers,
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
      body,
      service: 'execute-api',
      region,
    });
    const { url, headers } = await signer.sign();
    return new Request(url, { method: request.method, headers, body });
  };
}
