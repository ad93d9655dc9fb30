import { refuse } from '../../../wire/api-error.js';

/** @throws {ApiError} `bad_request` always */
export function refuseTrustedMetadata(): never {
  return refuse(400, 'bad_request', 'trusted_metadata cannot be changed on behalf of a member.');
}
