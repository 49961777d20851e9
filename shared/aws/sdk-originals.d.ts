/** `@smithy/core/config` itself, where `infra/bundle.ts` puts `environment-settings.ts` in its place. */
declare module '#sdk-config' {}

/** `@smithy/core/checksum` itself, where `infra/bundle.ts` puts `node-hashes.ts` in its place. */
declare module '#sdk-checksum' {}
