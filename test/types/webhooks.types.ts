import { expectTypeOf } from 'expect-type';
import type { StytchWebhookDelivery, StytchWebhookResult, StytchWebhooks } from 'nestjs-stytch';

declare const delivery: StytchWebhookDelivery;
declare const webhooks: StytchWebhooks;

expectTypeOf<StytchWebhookDelivery['action']>().toEqualTypeOf<'CREATE' | 'UPDATE' | 'DELETE'>();
expectTypeOf<StytchWebhookDelivery['objectType']>().toEqualTypeOf<
  'user' | 'member' | 'organization' | 'saml_connection' | 'oidc_connection' | 'scim_connection'
>();
expectTypeOf<StytchWebhookResult['kind']>().toEqualTypeOf<'received' | 'ignored' | 'refused'>();

// What a delivery has depends on its type and action.
if (delivery.action === 'DELETE') expectTypeOf(delivery.data).toEqualTypeOf<undefined>();
else expectTypeOf(delivery.data).toEqualTypeOf<Readonly<Record<string, unknown>> | undefined>();
if (delivery.objectType === 'member')
  expectTypeOf(delivery.organizationId).toEqualTypeOf<string | undefined>();
if (delivery.objectType === 'user') expectTypeOf(delivery).not.toHaveProperty('organizationId');

// A listener may be asynchronous, or take parts of a delivery.
webhooks.subscribe(({ id, eventId }) => {
  expectTypeOf([id, eventId]).toEqualTypeOf<string[]>();
});
expectTypeOf(webhooks.subscribe(async () => Promise.resolve())).toEqualTypeOf<() => void>();
