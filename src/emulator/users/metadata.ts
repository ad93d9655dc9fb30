import { refuse } from '../api/api-error.js';
import { isObject } from '../api/json.js';

/**
 * Metadata after an update: the top-level keys that are given replace those that were, null removes one.
 *
 * @throws {ApiError} `metadata_invalid_format`, `metadata_too_many_keys` (over 20 at the top level),
 *   `metadata_too_large` (over 4 KB of JSON)
 */
export function mergedMetadata(before: Record<string, unknown>, given: unknown): Record<string, unknown> {
  if (given === undefined) return before;
  if (!isObject(given)) return refuse('metadata_invalid_format', 'Metadata must be a JSON object.');
  const after = withoutNulls({ ...before, ...given });
  if (Object.keys(after).length > 20)
    refuse('metadata_too_many_keys', 'Metadata has at most 20 top-level keys.');
  if (Buffer.byteLength(JSON.stringify(after)) > 4096)
    refuse('metadata_too_large', 'Metadata has at most 4 KB.');
  return after;
}

function withoutNulls(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
