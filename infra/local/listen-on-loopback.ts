import type { AddressInfo, Server } from 'node:net';

const LOOPBACK = '127.0.0.1';

/**
 * Listens on 127.0.0.1, and nowhere else, and answers the port: the given one, or one that the system chose for 0.
 * @throws when the port is taken: the message names it and the cure.
 */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: Error): void => reject(explainListenError(error, port));
    server.once('error', refuse);
    server.listen(port, LOOPBACK, () => {
      server.off('error', refuse);
      resolve();
    });
  });
  return portOf(server.address());
}

/** What to tell of a server that could not listen on a port of 127.0.0.1: the cure when it is taken, else the error as it is. */
export function explainListenError(error: unknown, port: number): unknown {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') return error;
  return new Error(
    `Port ${port} on ${LOOPBACK} is taken: stop the process that holds it, or choose another port (0 picks a free one).`,
    { cause: error },
  );
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') {
    throw new Error(`A server on ${LOOPBACK} has the address ${String(address)}, where a port was expected.`);
  }
  return address.port;
}
