import { env } from 'node:process';

/**
 * Stands in, in every bundle that executes no actions, for the part of `@smithy/core/config` by which a client finds its settings.
 * The original also looks into files of a home directory and asks the instance for its region, neither of which a function has: that
 * would be modules in every cold start, and reads of files that are not there. Everything else is the original's.
 */
export * from '#sdk-config';

type Provider<Value> = () => Promise<Value>;

/** What a client says of one of its settings. What it says of files is not read. */
interface Setting<Value> {
  readonly environmentVariableSelector: (
    environment: Readonly<Record<string, string | undefined>>,
    options: object,
  ) => Value | undefined;
  readonly default: Value | Provider<Value>;
}

/** The settings of a client that say where its region's endpoint is. */
interface RegionSettings {
  readonly region: string | Provider<string>;
  readonly useFipsEndpoint: boolean | Provider<boolean>;
}

/** The value of a setting in the environment, or its default; a value that cannot be read counts as none, as for the original. */
export function loadConfig<Value>(setting: Setting<Value>, options: object = {}): Provider<Value> {
  let loaded: Promise<Value> | undefined;
  return () => (loaded ??= load(setting, options));
}

/** The region, which Lambda puts into the environment; without it requests fail. */
export const NODE_REGION_CONFIG_OPTIONS: Setting<string> = {
  environmentVariableSelector: ({ AWS_REGION: region }) => region,
  default: async () => {
    throw new Error('AWS_REGION is not set; Lambda sets it, so set it where this bundle runs elsewhere.');
  },
};

/** Takes the region as it is: Lambda never names one by an alias that means its FIPS endpoint. */
export function resolveRegionConfig<Config extends RegionSettings>(config: Config) {
  const { region, useFipsEndpoint } = config;
  return Object.assign(config, {
    region: async () => valueOf(region),
    useFipsEndpoint: async () => valueOf(useFipsEndpoint),
  });
}

/** The mode of a client's defaults. `auto` is `in-region`: a function's clients talk to its own region. */
export function resolveDefaultsModeConfig(): Provider<string> {
  return loadConfig({
    environmentVariableSelector: ({ AWS_DEFAULTS_MODE: mode }) =>
      mode?.toLowerCase() === 'auto' ? 'in-region' : mode?.toLowerCase(),
    default: 'legacy',
  });
}

async function load<Value>(setting: Setting<Value>, options: object): Promise<Value> {
  try {
    const value = setting.environmentVariableSelector(env, options);
    if (value !== undefined) return value;
  } catch {
    // The default, then.
  }
  return valueOf(setting.default);
}

async function valueOf<Value>(value: Value | Provider<Value>): Promise<Value> {
  return isProvider(value) ? value() : value;
}

function isProvider<Value>(value: Value | Provider<Value>): value is Provider<Value> {
  return typeof value === 'function';
}
