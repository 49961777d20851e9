import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as v from 'valibot';

const Resources = v.record(
  v.string(),
  v.object({
    Type: v.string(),
    Properties: v.optional(v.record(v.string(), v.unknown()), {}),
    DeletionPolicy: v.optional(v.string()),
    UpdateReplacePolicy: v.optional(v.string()),
  }),
);

/** A resource of a synthesized template. */
export type TemplateResource = v.InferOutput<typeof Resources>[string];

const Arn = v.object({ 'Fn::GetAtt': v.tuple([v.string(), v.literal('Arn')]) });
const StreamArn = v.object({ 'Fn::GetAtt': v.tuple([v.string(), v.literal('StreamArn')]) });
const IndexArn = v.object({
  'Fn::Join': v.tuple([v.literal(''), v.tuple([Arn, v.pipe(v.string(), v.regex(/^\/index\/\w+$/))])]),
});

const Resource = v.union([Arn, StreamArn, IndexArn]);

const Policies = v.array(
  v.object({
    PolicyDocument: v.object({
      Statement: v.array(
        v.strictObject({
          Effect: v.literal('Allow'),
          Action: v.union([v.string(), v.array(v.string())]),
          // CDK joins statements that differ in their resource alone.
          Resource: v.union([Resource, v.array(Resource)]),
        }),
      ),
    }),
  }),
);

/** What tests ask of a template. Names are logical ids without the hash that CDK puts at their end. */
export interface TemplateReader {
  /** Every resource of a type, by logical id. */
  all(type: string): Map<string, TemplateResource>;
  /** The one resource of a type and name; throws unless there is exactly one. */
  named(type: string, name: string): TemplateResource;
  /**
   * What a role's inline policies allow: actions by the name of the resource that they are allowed on. Throws when a statement
   * is anything but a permission on resources of the template: a wildcard, a denial.
   */
  permissionsOf(role: string): Record<string, string[]>;
}

/** Synthesizes a stack and reads its template. */
export function readTemplate(stack: Stack): TemplateReader {
  const resources = v.parse(Resources, Template.fromStack(stack).toJSON()['Resources']);
  const all = (type: string): Map<string, TemplateResource> =>
    new Map(Object.entries(resources).filter(([, resource]) => resource.Type === type));
  const named = (type: string, name: string): TemplateResource => {
    const matching = [...all(type)].filter(([id]) => nameOf(id) === name);
    const [first, ...others] = matching;
    if (first === undefined || others.length > 0) {
      throw new Error(`${matching.length} resources of type ${type} are named ${name}.`);
    }
    return first[1];
  };
  const permissionsOf = (role: string): Record<string, string[]> => {
    const policies = v.parse(Policies, named('AWS::IAM::Role', role).Properties['Policies']);
    const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    const allowed = statements.flatMap((statement) =>
      [statement.Resource].flat().map((resource) => [resourceName(resource), statement.Action] as const),
    );
    const permissions: Record<string, string[]> = {};
    for (const [name, action] of allowed) {
      permissions[name] = [permissions[name] ?? [], action].flat().toSorted();
    }
    return permissions;
  };
  return { all, named, permissionsOf };
}

function resourceName(resource: v.InferOutput<typeof Resource>): string {
  if ('Fn::GetAtt' in resource) {
    const [id, attribute] = resource['Fn::GetAtt'];
    return attribute === 'Arn' ? nameOf(id) : `${nameOf(id)}/stream`;
  }
  const [arn, index] = resource['Fn::Join'][1];
  return nameOf(arn['Fn::GetAtt'][0]) + index;
}

function nameOf(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}
