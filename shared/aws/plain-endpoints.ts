/**
 * Stands in, in every bundle that executes no actions, for two parts of the SDK that choose other endpoints than the region's own:
 * `@aws-sdk/middleware-endpoint-discovery`, which no request of DynamoDB's uses, and `@aws-sdk/core/account-id-endpoint`, for
 * credentials that tell their account, which those in a function's environment do not. They would bring a cache library, and modules to
 * every cold start.
 */

/** A setting that neither environment nor files have. */
const unset = { environmentVariableSelector: () => undefined, configFileSelector: () => undefined };

/** Whether endpoints are discovered: they are not. */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = { ...unset, default: false };

/** Whether endpoints name the account: they do not. */
export const NODE_ACCOUNT_ID_ENDPOINT_MODE_CONFIG_OPTIONS = { ...unset, default: 'disabled' };

/** Leaves a client's configuration as it is: nothing is discovered. */
export function resolveEndpointDiscoveryConfig<Config extends object>(config: Config): Config {
  return config;
}

/** Sets a client's mode of endpoints that name the account: none, whatever it was told. */
export function resolveAccountIdEndpointModeConfig<Config extends object>(config: Config) {
  return Object.assign(config, { accountIdEndpointMode: async () => 'disabled' });
}
