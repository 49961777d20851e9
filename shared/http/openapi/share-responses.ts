import type { Named, Reference, Response } from './open-api-document.ts';

/** Answers that stand under `components`, and are referred to by their calls. */
export interface SharedResponses {
  readonly responses: Named<Response | Reference>;
  readonly components: Named<Response>;
}

/**
 * Moves the answers of a call that are no success under `components`, since most calls have the same ones: the document is half
 * as long. One is named by what it may be, such as `TenantMissingOrForbidden`, after its examples.
 */
export function shareResponses(responses: Named<Response>): SharedResponses {
  const components: Record<string, Response> = {};
  const kept = Object.entries(responses).map(([status, response]) => {
    if (Number(status) < 400) return [status, response] as const;
    const name = componentName(response);
    components[name] = response;
    return [status, { $ref: `#/components/responses/${name}` }] as const;
  });
  return { responses: Object.fromEntries(kept), components };
}

function componentName({ content = {} }: Response): string {
  return Object.values(content)
    .flatMap(({ examples = {} }) => Object.keys(examples))
    .map((name) => name.replaceAll(/(?:^|-)([a-z])/gi, (_, letter: string) => letter.toUpperCase()))
    .join('Or');
}
