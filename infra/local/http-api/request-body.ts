import type { IncomingMessage } from 'node:http';

/** API Gateway's limit for a request's body. */
const MAX_REQUEST_BYTES = 10 * 1024 * 1024;

/**
 * The whole body; nothing when it is larger than API Gateway takes, or says so, and the rest is then left unread.
 *
 * @throws Error when the caller goes away before the end.
 */
export async function requestBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length']) > MAX_REQUEST_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_REQUEST_BYTES) {
        request.pause();
        resolve(undefined);
      } else {
        chunks.push(chunk);
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => reject(new Error('The caller went away before the end of its request.')));
  });
}
