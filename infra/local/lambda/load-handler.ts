import { existsSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** An async handler, as Lambda calls it. */
export type Handler = (event: unknown, context: object) => unknown;

/** The endings that Lambda's Node.js runtime tries, in its order. */
const ENDINGS = ['.js', '.mjs', '.cjs'];

/**
 * Loads `module.export` (`index.handler`) from the function's directory.
 *
 * @throws Error, named as Lambda names it, when there is no such module or export, and for a handler with a callback, which
 * nodejs24.x no longer calls.
 */
export async function loadHandler(directory: string, name: string): Promise<Handler> {
  const dot = name.lastIndexOf('.');
  const [moduleName, exportName] = [name.slice(0, dot), name.slice(dot + 1)];
  const file = ENDINGS.map((ending) => path.join(directory, moduleName + ending)).find((candidate) =>
    existsSync(candidate),
  );
  if (file === undefined) {
    throw named('Runtime.ImportModuleError', `Cannot find module '${moduleName}' in ${directory}.`);
  }
  if (file.endsWith('.js')) takeForCommonJs(file);
  const loaded: unknown = file.endsWith('.mjs')
    ? await import(pathToFileURL(file).href)
    : createRequire(file)(file);
  const handler: unknown = Object(loaded)[exportName];
  if (!isHandler(handler)) {
    throw named('Runtime.HandlerNotFound', `${name} is undefined or not exported as a function.`);
  }
  if (handler.length > 2) {
    throw named('Runtime.CallbackHandlerDeprecated', `${name} takes a callback: make it an async function.`);
  }
  return handler;
}

/**
 * In Lambda a bundle `index.js`, without a package.json beside it, is CommonJS. Here the nearest package.json may be that of the
 * repository around cdk.out, which says otherwise.
 */
function takeForCommonJs(file: string): void {
  const { href } = pathToFileURL(file);
  registerHooks({
    load: (url, context, next) => next(url, url === href ? { ...context, format: 'commonjs' } : context),
  });
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
