import { createRequire } from 'node:module';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import * as standIn from '../../../shared/aws/endpoint-cache.ts';

const Exports = v.looseObject({ EndpointCache: v.function() });

/** The module it stands in for, as the DynamoDB client finds it. */
function realModule(): v.InferOutput<typeof Exports> {
  const chain = ['@aws-sdk/client-dynamodb', '@aws-sdk/middleware-endpoint-discovery'];
  const from = chain.reduce((file, name) => createRequire(file).resolve(name), import.meta.filename);
  return v.parse(Exports, createRequire(from)('@aws-sdk/endpoint-cache'));
}

describe('EndpointCache', () => {
  it('is all that the SDK’s module exports', () => {
    expect(Object.keys(standIn)).toEqual(Object.keys(realModule()));
  });

  it('has each method of the SDK’s own, which throws and says what to do', () => {
    const { constructor, ...methods } = Object.getOwnPropertyDescriptors(
      realModule().EndpointCache.prototype,
    );
    expect(constructor).toBeDefined();
    expect(Object.entries(new standIn.EndpointCache())).toHaveLength(Object.keys(methods).length);
    for (const name of Object.keys(methods)) {
      const method: unknown = Reflect.get(new standIn.EndpointCache(), name);
      expect(method).toThrow('Endpoint discovery is left out');
    }
  });
});
