export { startStytchEmulator } from './server/start-stytch-emulator.js';
export { type StytchEmulator, type StytchEmulatorOptions } from './server/stytch-emulator.js';
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
  type UserIdentification,
} from './control/controls.js';
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
} from './mailbox/message.js';
export { type StytchEmulatorSeed } from './resources/resources.js';
export { type ConnectedAppType } from './resources/consumer/connected-apps/connected-app.js';
export { type SeedConnectedApp } from './resources/consumer/connected-apps/seed-connected-apps.js';
export { type SeedM2MClient } from './resources/consumer/m2m/seed-m2m-clients.js';
export {
  type NewRbacPolicy,
  type RbacPermission,
  type RbacPolicy,
} from './resources/consumer/rbac/policy.js';
export { type SeedUser } from './resources/consumer/users/seed-users.js';
