import type { TemplateResource } from './cloud-assembly.ts';
import type { PropertyRule } from './property-bag.ts';
import { readResource } from './read-resource.ts';
import type { References } from './resolve-intrinsics.ts';

/** The name of the bus that every account has. */
export const DEFAULT_BUS = 'default';

/** A bus's dead letters are for events that a key could not decrypt. */
const EVENT_BUS: PropertyRule = {
  used: ['Name'],
  ignored: ['DeadLetterConfig', 'Description', 'KmsKeyIdentifier', 'LogConfig', 'Policy', 'Tags'],
};

/**
 * The name of the bus that an `AWS::Events::EventBus` describes.
 *
 * @throws Error at a property that the local stack does not know, a partner's event source among them.
 */
export function readEventBus(resource: TemplateResource, references: References): string {
  return readResource(resource, EVENT_BUS, references).text('Name');
}

/** A bus's name, which its ARN ends in. */
export function busNameOf(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1) : nameOrArn;
}
