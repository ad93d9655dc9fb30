import { isObject, type Claims } from '../identity/claims.js';
import type { Change } from '../session/stale/change.js';
import type { StytchWebhookDelivery } from './webhook-delivery.js';

export type DeliveryResult =
  | { readonly kind: 'delivery'; readonly delivery: StytchWebhookDelivery }
  | { readonly kind: 'other_project' }
  /** Newer than this package. */
  | { readonly kind: 'unknown_type' }
  | { readonly kind: 'malformed' };

const objectTypes: ReadonlySet<string> = new Set([
  'user',
  'member',
  'organization',
  'saml_connection',
  'oidc_connection',
  'scim_connection',
]);
const actions: ReadonlySet<string> = new Set(['CREATE', 'UPDATE', 'DELETE']);
const idPattern = /^[\w-]{1,128}$/;

/**
 * Reads the payload of a delivery. What it is about is in the payload, not in the name of the event, which also has
 * the source.
 *
 * Source: Stytch's guide to webhooks, and its catalog of events.
 *
 * @param now takes the place of a missing time of the change
 */
export function readDelivery(payload: unknown, projectId: string, now: Date): DeliveryResult {
  if (!isObject(payload)) return { kind: 'malformed' };
  const { project_id: project, object_type: objectType, action, id } = payload;
  if (typeof project !== 'string') return { kind: 'malformed' };
  if (project !== projectId) return { kind: 'other_project' };
  if (typeof objectType !== 'string' || typeof action !== 'string') return { kind: 'malformed' };
  if (!objectTypes.has(objectType) || !actions.has(action)) return { kind: 'unknown_type' };
  if (typeof id !== 'string' || !idPattern.test(id)) return { kind: 'malformed' };
  const { event_id: eventId, source, timestamp } = payload;
  const data = action === 'DELETE' ? undefined : payload[objectType];
  const delivery = {
    eventId: typeof eventId === 'string' ? eventId : `${objectType} ${action} ${id} ${String(timestamp)}`,
    objectType,
    action,
    id,
    changedAt: isTimestamp(timestamp) ? timestamp : now.toISOString(),
    ...(typeof source === 'string' && { source }),
    ...(isObject(data) && { data, ...(objectType === 'member' && organizationOf(data)) }),
  };
  return { kind: 'delivery', delivery: Object.freeze(delivery) as StytchWebhookDelivery };
}

/** What the change makes out of date. A new object has no sessions yet, and connections have none. */
export function changeOf({ objectType, action, id, changedAt }: StytchWebhookDelivery): Change | undefined {
  if (action === 'CREATE') return undefined;
  if (objectType !== 'user' && objectType !== 'member' && objectType !== 'organization') return undefined;
  const kind = action === 'DELETE' ? 'deletion' : 'update';
  return { of: objectType, id, kind, atMs: Date.parse(changedAt) };
}

const isTimestamp = (value: unknown): value is string =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value));

const organizationOf = ({ organization_id: organizationId }: Claims) =>
  typeof organizationId === 'string' ? { organizationId } : {};
