import { type Context, type Handler } from 'hono';
import { refuse } from '../wire/api-error.js';
import { type EmulatorEnv } from '../wire/env.js';
import { Fields } from '../wire/fields.js';
import { parseJsonObject } from '../wire/json.js';
import { type ApiCall } from '../wire/operation.js';

/** The method of an operation, for example `GET /v1/users/{user_id}`, and its path as Hono writes it. */
export function toRoute(operation: string): [method: string, path: string] {
  const [method = '', path = ''] = operation.split(' ');
  return [method, path.replace(/\{(\w+)\}/g, ':$1')];
}

/** The parameters, headers and query of a request, without its body. */
export function readParameters(c: Context<EmulatorEnv>): Omit<ApiCall, 'fields'> {
  return {
    parameter: (name) => c.req.param(name) ?? '',
    query: (name) => c.req.query(name),
    queryString: new URL(c.req.url).search.slice(1),
    header: (name) => c.req.header(name),
  };
}

/**
 * The fields of a JSON body. An empty body has none.
 *
 * @throws {ApiError} `bad_request`
 */
export function readJsonFields(text: string): Fields {
  if (text === '') return new Fields({});
  return new Fields(parseJsonObject(text) ?? refuse(400, 'bad_request', 'The body must be a JSON object.'));
}

/** @throws {ApiError} `emulator_not_implemented` always */
export function notImplemented(operation: string): never {
  return refuse(501, 'emulator_not_implemented', `The emulator does not implement ${operation} yet.`);
}

export const methodNotAllowed: Handler = (c) =>
  refuse(405, 'method_not_allowed', `${c.req.method} is not allowed for ${c.req.path}.`);
