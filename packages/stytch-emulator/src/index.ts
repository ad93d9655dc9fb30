export { startStytchEmulator } from './server/start-stytch-emulator.js';
export {
  type EmulatorServer,
  type EmulatorServerOptions,
  type StytchB2BEmulator,
  type StytchB2BEmulatorOptions,
  type StytchEmulator,
  type StytchEmulatorOptions,
} from './server/stytch-emulator.js';
export { EmulatorError, type EmulatorErrorCode } from './emulator-error.js';
export { type ClockStep, type EmulatorClock } from './clock.js';
export {
  type ApiM2MClient,
  type ApiSession,
  type ApiUser,
  type ConnectedAppTokenOptions,
  type CreatedImpersonationToken,
  type EmulatorControls,
  type ImpersonationTokenOptions,
  type IssuedConnectedAppToken,
  type IssuedM2MToken,
  type M2MTokenOptions,
  type MintedM2MClient,
  type MintedSession,
  type NewM2MClientOptions,
  type NewSessionOptions,
  type ProjectControls,
  type UserIdentification,
} from './control/controls.js';
export {
  type ApiMember,
  type ApiMemberSession,
  type ApiOrganization,
  type B2BEmulatorControls,
  type CreatedMemberImpersonationToken,
  type IssuedMemberConnectedAppToken,
  type MemberConnectedAppTokenOptions,
  type MemberIdentification,
  type MemberImpersonationOptions,
  type MintedMemberSession,
  type NewMemberOptions,
  type NewMemberSessionOptions,
  type NewOrganizationOptions,
  type OrganizationChanges,
} from './control/b2b/b2b-controls.js';
export { type Fault, type FaultEffect, type FaultTarget } from './control/faults/fault.js';
export { type RecordedRequest } from './control/request-log.js';
export {
  type CodeMessage,
  type LinkMessage,
  type Message,
  type MessageBase,
  type MessageChannel,
  type MessageFilter,
  type MessageKind,
  type MessageOfKind,
  type MessageOrganization,
} from './mailbox/message.js';
export {
  type WebhookAction,
  type WebhookAttempt,
  type WebhookDelivery,
  type WebhookEndpoint,
  type WebhookObjectType,
  type WebhookOptions,
  type WebhookPayload,
} from './webhooks/webhook.js';
export { type StytchB2BEmulatorSeed } from './resources/b2b/create-b2b.js';
export { type SeedMember, type SeedOrganization } from './resources/b2b/administration/seed-organizations.js';
export { type AuthMethod, type MfaMethod } from './resources/b2b/auth-method.js';
export {
  type ImplicitRoleAssignment,
  type OrganizationSettings,
} from './resources/b2b/organizations/organization-settings.js';
export { type StytchEmulatorSeed } from './resources/consumer/create-consumer.js';
export { type ConnectedAppType } from './resources/connected-apps/connected-app.js';
export { type SeedConnectedApp } from './resources/connected-apps/seed-connected-apps.js';
export { type SeedM2MClient } from './resources/m2m/seed-m2m-clients.js';
export { type NewRbacPolicy, type RbacPermission, type RbacPolicy } from './resources/rbac/policy.js';
export { type SeedUser } from './resources/consumer/users/seed-users.js';
