/**
 * Says what is wrong with the configuration that somebody gave: the value, the rule and the cure, in one sentence. Its
 * message is all that its reader needs, so a command prints it without the stack.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}
