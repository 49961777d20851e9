/** Environment variables by their names. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of an environment variable. @throws TypeError that names the variable when it is not set */
export function readVariable(environment: Environment, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '') {
    throw new TypeError(`The environment variable ${name} is not set; the stack sets it for its functions.`);
  }
  return value;
}
