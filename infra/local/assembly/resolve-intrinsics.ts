import { isRecord } from './record.ts';

/** Values of the names that a template refers to. Both throw on a name that they do not know. */
export interface References {
  /** The value of `Ref`: a resource's physical name, a parameter or a pseudo parameter. */
  ref(name: string): string | undefined;
  /** The value of `Fn::GetAtt`. */
  attribute(logicalId: string, attribute: string): string;
}

/**
 * A template's value with `Ref`, `Fn::GetAtt`, `Fn::Sub` and `Fn::Join` replaced by what they stand for. A member or an element that
 * is `AWS::NoValue` is left out, as CloudFormation does.
 *
 * @throws Error naming `where` at any other intrinsic.
 */
export function resolveIntrinsics(value: unknown, where: string, references: References): unknown {
  if (Array.isArray(value)) {
    return value
      .map((element) => resolveIntrinsics(element, where, references))
      .filter((element) => element !== undefined);
  }
  if (!isRecord(value)) return value;
  const [name, ...others] = Object.keys(value);
  if (name !== undefined && others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) {
    return resolveIntrinsic(name, value[name], where, references);
  }
  const members = Object.entries(value).map(([key, member]) => [
    key,
    resolveIntrinsics(member, where, references),
  ]);
  return Object.fromEntries(members.filter(([, member]) => member !== undefined));
}

function resolveIntrinsic(name: string, argument: unknown, where: string, references: References): unknown {
  switch (name) {
    case 'Ref':
      return references.ref(asText(argument, name, where));
    case 'Fn::GetAtt':
      return getAttribute(argument, where, references);
    case 'Fn::Join':
      return join(argument, where, references);
    case 'Fn::Sub':
      return substitute(argument, where, references);
    default:
      throw new Error(
        `${where} uses ${name}: the local stack knows Ref, Fn::GetAtt, Fn::Sub and Fn::Join; use one of these in the construct.`,
      );
  }
}

function getAttribute(argument: unknown, where: string, references: References): string {
  const parts: unknown[] = typeof argument === 'string' ? splitOnce(argument) : asList(argument, where);
  const [logicalId, attribute] = parts;
  return references.attribute(
    asText(logicalId, 'Fn::GetAtt', where),
    asText(resolveIntrinsics(attribute, where, references), 'Fn::GetAtt', where),
  );
}

function join(argument: unknown, where: string, references: References): string {
  const [delimiter, elements] = asList(argument, where);
  const resolved = asList(resolveIntrinsics(elements, where, references), where);
  return resolved
    .map((element) => asText(element, 'Fn::Join', where))
    .join(asText(delimiter, 'Fn::Join', where));
}

function substitute(argument: unknown, where: string, references: References): string {
  const [template, variables] = typeof argument === 'string' ? [argument, {}] : asList(argument, where);
  const own = isRecord(variables) ? variables : {};
  return asText(template, 'Fn::Sub', where).replaceAll(
    /\$\{(!?)([^}]+)\}/g,
    (_, literal: string, name: string) => {
      if (literal === '!') return `\${${name}}`;
      if (name in own) return asText(resolveIntrinsics(own[name], where, references), 'Fn::Sub', where);
      const value = name.includes('.') ? getAttribute(name, where, references) : references.ref(name);
      return asText(value, 'Fn::Sub', where);
    },
  );
}

/** `Resource.Attribute.Nested` names the attribute `Attribute.Nested`. */
function splitOnce(name: string): string[] {
  const dot = name.indexOf('.');
  return dot === -1 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
}

function asList(value: unknown, where: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${where} has an intrinsic whose argument is no list.`);
  return value;
}

function asText(value: unknown, intrinsic: string, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${where} uses ${intrinsic} with ${JSON.stringify(value)} where a text is needed.`);
}
