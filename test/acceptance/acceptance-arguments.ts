import { parseArgs } from 'node:util';

/** What `npm run acceptance` was asked to test. */
export interface AcceptanceArguments {
  /** Without a slash at its end. */
  readonly url: string;
  readonly signRegion: string | undefined;
}

/** How to call it. */
export const USAGE = `Usage: npm run acceptance -- --url URL [--sign REGION]
  --url URL      the API's base, such as https://abc.execute-api.eu-west-1.amazonaws.com/v1
  --sign REGION  sign requests with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN`;

/**
 * Reads the command line.
 * @throws Error whose message says what is wrong with it.
 */
export function readAcceptanceArguments(args: readonly string[]): AcceptanceArguments {
  const { values } = parseArgs({
    args: [...args],
    options: { url: { type: 'string' }, sign: { type: 'string' } },
  });
  if (values.url === undefined) throw new Error('--url is missing.');
  const url = URL.parse(values.url);
  if (url === null || !/^https?:$/.test(url.protocol) || !/\/v1\/?$/.test(url.pathname)) {
    throw new Error(
      `--url is ${JSON.stringify(values.url)}: it is an http or https URL whose path ends in /v1.`,
    );
  }
  if (values.sign !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d+$/.test(values.sign)) {
    throw new Error(`--sign is ${JSON.stringify(values.sign)}: it is an AWS region, such as eu-west-1.`);
  }
  return { url: url.origin + url.pathname.replace(/\/$/, ''), signRegion: values.sign };
}
