import { refuse } from '../wire/api-error.js';
import { Fields } from '../wire/fields.js';
import { parseJsonObject } from '../wire/json.js';

/** @throws {ApiError} `bad_request` if the body of the request is not a JSON object */
export function readFields(text: string): Fields {
  return new Fields(readObject(text));
}

/** @throws {ApiError} `bad_request` if the body of the request is not a JSON object */
export function readObject(text: string): Record<string, unknown> {
  const body = text === '' ? {} : parseJsonObject(text);
  return body ?? refuse(400, 'bad_request', 'The body must be a JSON object.');
}

/** Without the options that are undefined. */
export function present<Options extends object>(options: Options) {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof Options]?: Exclude<Options[Name], undefined> };
}
