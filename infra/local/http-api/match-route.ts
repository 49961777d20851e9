/** The route that took a request. */
export interface RouteMatch<T> {
  readonly route: T;
  /** Values of the route's variables, decoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** What a route is known by: `POST /v1/tasks`, `ANY /files/{path+}` or `$default`. */
export interface RouteKey {
  readonly key: string;
}

interface Candidate<T> extends RouteMatch<T> {
  /** One rank a segment, the lower the more specific; then one for the method. */
  readonly ranks: readonly number[];
}

const FIXED = 0;
const VARIABLE = 1;
const GREEDY = 2;

/**
 * The most specific route for a method and an encoded path. A fixed segment goes before a variable, a variable before the rest of the
 * path, and a method before `ANY`; `$default` takes what nothing else does
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html).
 */
export function matchRoute<T extends RouteKey>(
  routes: readonly T[],
  method: string,
  path: string,
): RouteMatch<T> | undefined {
  const candidates = routes.flatMap((route) => candidate(route, method, path) ?? []);
  const [best] = candidates.toSorted(bySpecificity);
  if (best !== undefined) return { route: best.route, pathParameters: best.pathParameters };
  const fallback = routes.find(({ key }) => key === '$default');
  return fallback && { route: fallback, pathParameters: {} };
}

function candidate<T extends RouteKey>(route: T, method: string, path: string): Candidate<T> | undefined {
  const [routeMethod, routePath] = route.key.split(' ');
  if (routePath === undefined || (routeMethod !== 'ANY' && routeMethod !== method)) return undefined;
  const wanted = segments(routePath);
  const given = segments(path);
  const pathParameters: Record<string, string> = {};
  const ranks: number[] = [];
  for (const [index, segment] of wanted.entries()) {
    const [, name, greedy] = /^\{(.+?)(\+?)\}$/.exec(segment) ?? [];
    const value = given[index];
    if (value === undefined) return undefined;
    if (greedy === '+' && name !== undefined) {
      pathParameters[name] = given.slice(index).map(decode).join('/');
      ranks.push(GREEDY);
      break;
    }
    if (name === undefined) {
      if (decode(value) !== segment) return undefined;
      ranks.push(FIXED);
    } else {
      if (value === '') return undefined;
      pathParameters[name] = decode(value);
      ranks.push(VARIABLE);
    }
  }
  if (!ranks.includes(GREEDY) && given.length !== wanted.length) return undefined;
  return { route, pathParameters, ranks: [...ranks, routeMethod === 'ANY' ? 1 : 0] };
}

function bySpecificity(a: Candidate<unknown>, b: Candidate<unknown>): number {
  const differing = a.ranks.findIndex((rank, index) => rank !== b.ranks[index]);
  return differing === -1 ? 0 : (a.ranks[differing] ?? 0) - (b.ranks[differing] ?? 0);
}

function segments(path: string): string[] {
  return path.slice(1).split('/');
}

/** Percent-decoded, or as it is when it is no valid encoding. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
