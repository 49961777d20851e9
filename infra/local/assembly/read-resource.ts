import type { TemplateResource } from './cloud-assembly.ts';
import { propertyBag, refuseUnknown, type PropertyBag, type PropertyRule } from './property-bag.ts';
import { resolveIntrinsics, type References } from './resolve-intrinsics.ts';

/**
 * A resource's used properties, resolved. Ignored ones stay unresolved, so that a role or a log group they refer to need not exist.
 *
 * @throws Error when the resource stands under a condition, has a property outside the rule, or uses an unknown intrinsic.
 */
export function readResource(
  resource: TemplateResource,
  rule: PropertyRule,
  references: References,
): PropertyBag {
  const where = `${resource.type} ${resource.logicalId}`;
  if (resource.conditional) {
    throw new Error(`${where} stands under a condition: the local stack knows none; decide it in the app.`);
  }
  refuseUnknown(where, resource.properties, rule);
  const used = Object.entries(resource.properties).filter(([name]) => rule.used.includes(name));
  const resolved = used.map(([name, value]) => [
    name,
    resolveIntrinsics(value, `${where}, ${name}`, references),
  ]);
  return propertyBag(where, Object.fromEntries(resolved.filter(([, value]) => value !== undefined)), rule);
}
