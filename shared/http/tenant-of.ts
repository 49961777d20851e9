import { DEFAULT_TENANT, isTenant } from '../task/tenant.ts';
import type { HttpRequest } from './message.ts';
import { RequestProblem } from './problem.ts';

/**
 * Who owns the tasks that a request may see and make: the value of the configured claim of the authorizer, or the one tenant there is
 * when none is configured.
 * @throws RequestProblem, 403, when the caller has no such claim, or one that is no tenant
 */
export function tenantOf({ claims }: HttpRequest, tenantClaim: string | undefined): string {
  if (tenantClaim === undefined) return DEFAULT_TENANT;
  const tenant: unknown = Object.hasOwn(claims, tenantClaim) ? claims[tenantClaim] : undefined;
  if (isTenant(tenant)) return tenant;
  throw new RequestProblem('tenant-missing', {
    detail: `The caller's credentials have no claim ${tenantClaim} that names a tenant; ask for credentials that have it.`,
  });
}
