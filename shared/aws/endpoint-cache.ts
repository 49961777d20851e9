/**
 * Stands in for the class of the same name in `@aws-sdk/endpoint-cache`, in every bundle that executes no actions. A DynamoDB
 * client makes one and never asks it: it belongs to endpoint discovery, which no request of DynamoDB's uses, and brings a cache
 * library of 7 KiB. Any use of it throws.
 */
export class EndpointCache {
  readonly getEndpoint = leftOut;
  readonly get = leftOut;
  readonly set = leftOut;
  readonly delete = leftOut;
  readonly has = leftOut;
  readonly clear = leftOut;
}

function leftOut(): never {
  throw new Error(
    'Endpoint discovery is left out of bundles that execute no actions; call the service that needs it from an action.',
  );
}
