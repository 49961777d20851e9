import type { PropertyBag, PropertyRule } from './property-bag.ts';

/** What an API takes of pages of other origins. */
export interface CorsConfiguration {
  /** Origins, `*`, or `https://*` for all of a scheme. */
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  /** Seconds for which a browser may keep the answer to a preflight request. */
  readonly maxAge: number | undefined;
}

const CORS: PropertyRule = {
  used: ['AllowCredentials', 'AllowHeaders', 'AllowMethods', 'AllowOrigins', 'ExposeHeaders', 'MaxAge'],
};

/** The CORS configuration of an API, if it has one. */
export function readCors(api: PropertyBag): CorsConfiguration | undefined {
  const bag = api.section('CorsConfiguration', CORS);
  if (bag === undefined) return undefined;
  const texts = (name: string): string[] => bag.list(name).map(String);
  return {
    allowOrigins: texts('AllowOrigins'),
    allowMethods: texts('AllowMethods'),
    allowHeaders: texts('AllowHeaders'),
    exposeHeaders: texts('ExposeHeaders'),
    allowCredentials: bag.boolean('AllowCredentials', false),
    maxAge: bag.has('MaxAge') ? bag.number('MaxAge', 0) : undefined,
  };
}
