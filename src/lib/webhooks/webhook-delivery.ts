/**
 * What Stytch reports with one webhook delivery. A union on `objectType` and `action`. It is frozen, its
 * `data` is not: a listener must not change it, since all listeners get the same.
 *
 * Deliveries arrive at least once, and in any order.
 */
export type StytchWebhookDelivery = {
  /** Stytch's id of the event, the same each time it is delivered: ignore an event that was handled already. */
  readonly eventId: string;
  /** Stytch's id of the object. */
  readonly id: string;
  /** When Stytch made the change, as it states it (RFC 3339). */
  readonly changedAt: string;
  /** What changed the object, as Stytch names it: `DIRECT` (the API), `DASHBOARD` or `SCIM`. */
  readonly source?: string;
} & (
  | {
      readonly objectType:
        'user' | 'organization' | 'saml_connection' | 'oidc_connection' | 'scim_connection';
    }
  | {
      readonly objectType: 'member';
      /** Stytch's id of the organization, if the delivery states it. It does not after a deletion. */
      readonly organizationId?: string;
    }
) &
  (
    | {
        readonly action: 'CREATE' | 'UPDATE';
        /** The object with Stytch's field names, as it was sent. No field of it is checked. */
        readonly data?: Readonly<Record<string, unknown>>;
      }
    | { readonly action: 'DELETE'; readonly data?: undefined }
  );
