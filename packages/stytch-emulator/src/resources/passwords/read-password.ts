import { refuse } from '../../wire/api-error.js';
import { type Fields } from '../../wire/fields.js';

/** @throws {ApiError} `bad_request` if the field is missing */
export function readPassword(fields: Fields, name = 'password'): string {
  return fields.string(name) ?? refuse(400, 'bad_request', `${name} is required.`);
}
