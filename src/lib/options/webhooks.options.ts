import { hideProperties } from './hide-properties.js';
import { withDefaults, type OptionDefinitions, type WithDefaults } from './option-definition.js';
import { matching } from './value-checks.js';

/** How Stytch reports changes: the option `webhooks`. */
export interface StytchWebhookOptions {
  /**
   * The signing secret of the webhook endpoint, `whsec_…`, as the Stytch Dashboard shows it. With it,
   * `POST webhooks` below `routes.path` accepts the deliveries of Stytch. Signatures cover the raw body, so the
   * application has to be created with `rawBody: true`.
   *
   * Environment variable: `STYTCH_WEBHOOK_SECRET`.
   * @default none: there are no webhooks
   */
  secret?: string | undefined;
}

export const webhookOptions = {
  secret: {
    // At least 15 bytes.
    ...matching(
      /^whsec_(?:[A-Za-z0-9+/]{4}){5,128}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
      'whsec_ and the secret in base64',
    ),
    fix: 'Copy the signing secret of the endpoint from the webhooks of your Stytch project.',
    secret: true,
    environmentVariable: 'STYTCH_WEBHOOK_SECRET',
  },
} satisfies OptionDefinitions<StytchWebhookOptions>;

export type ResolvedWebhookOptions = WithDefaults<StytchWebhookOptions, typeof webhookOptions>;

export const resolveWebhookOptions = (options?: StytchWebhookOptions): ResolvedWebhookOptions =>
  Object.freeze(hideProperties({ ...withDefaults(options, webhookOptions) }, 'secret'));
