import { refuse } from '../wire/api-error.js';
import { isObject } from '../wire/json.js';

/**
 * Applies an update to metadata. Updates merge at the top level; null removes a key.
 *
 * @throws {ApiError} `metadata_invalid_format`, `metadata_too_many_keys` (more than 20 at the top level),
 *   `metadata_too_large` (more than 4 KB of JSON)
 */
export function mergeMetadata(current: Record<string, unknown>, update: unknown): Record<string, unknown> {
  if (update === undefined) return current;
  if (!isObject(update)) return refuse(400, 'metadata_invalid_format', 'Metadata must be a JSON object.');
  const merged = withoutNulls({ ...current, ...update });
  if (Object.keys(merged).length > 20)
    refuse(400, 'metadata_too_many_keys', 'Metadata must have at most 20 top-level keys.');
  if (Buffer.byteLength(JSON.stringify(merged)) > 4096)
    refuse(400, 'metadata_too_large', 'Metadata must not be larger than 4 KB.');
  return merged;
}

function withoutNulls(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
