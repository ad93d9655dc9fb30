/** The objects that webhooks report changes of. */
export type WebhookObjectType = 'user' | 'member' | 'organization';

/** What happened to the object of a webhook. */
export type WebhookAction = 'CREATE' | 'UPDATE' | 'DELETE';

/** Where webhooks are sent. */
export interface WebhookOptions {
  /** An http URL with a loopback host, for example `http://localhost:3000/auth/webhooks`. */
  url: string;
  /** `whsec_` and 24 to 64 bytes in base64. Default: the earlier one, from the data directory or generated. */
  secret?: string;
}

/** Where webhooks are sent, and the secret that they are signed with. */
export interface WebhookEndpoint {
  readonly url: string;
  readonly secret: string;
}

/** The body of a webhook. The object itself is in the field that `object_type` names, except after `DELETE`. */
export interface WebhookPayload {
  readonly action: WebhookAction;
  readonly event_id: string;
  /** Of the object. */
  readonly id: string;
  readonly object_type: WebhookObjectType;
  readonly project_id: string;
  /** `DIRECT` for the API and browser SDKs, `DASHBOARD` for the controls of the emulator. */
  readonly source: 'DIRECT' | 'DASHBOARD';
  /** When the object changed: RFC 3339 in UTC, with microseconds. */
  readonly timestamp: string;
  readonly vertical: 'CONSUMER' | 'B2B';
  readonly user?: object;
  readonly member?: object;
  readonly organization?: object;
}

/** A request to the endpoint. */
export interface WebhookAttempt {
  /** By the emulator's clock. */
  readonly atMs: number;
  /** Of the response; null if there was none. */
  readonly status: number | null;
  /** Why it failed; null if it succeeded. */
  readonly error: string | null;
}

/** A webhook with its attempts. */
export interface WebhookDelivery {
  /** The header `svix-id`, which is the same in all attempts. */
  readonly id: string;
  /** For example `direct.user.update`. */
  readonly eventType: string;
  readonly payload: WebhookPayload;
  /**
   * `pending` until an attempt succeeds (`delivered`), the last one has failed (`failed`), or the delivery is given up
   * for another reason (`dropped`).
   */
  readonly status: 'pending' | 'delivered' | 'failed' | 'dropped';
  /** Why it was dropped; null if it was not. */
  readonly droppedBecause: string | null;
  readonly attempts: readonly WebhookAttempt[];
  /** By the emulator's clock; null if there is no further one. */
  readonly nextAttemptAtMs: number | null;
}
