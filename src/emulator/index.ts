export { startStytchEmulator } from './start-stytch-emulator.js';
export { type StytchEmulator, type StytchEmulatorOptions } from './stytch-emulator.js';
export { EmulatorError, type EmulatorErrorCode } from './emulator-error.js';
export { type ClockStep, type EmulatorClock } from './clock.js';
export {
  type EmulatorControls,
  type MintedSession,
  type NewSessionOptions,
  type SessionOnTheWire,
  type UserOnTheWire,
} from './control/controls.js';
export { type Fault, type FaultTarget, type Misbehaviour } from './faults/fault.js';
export { type Message, type MessageFilter, type MessageType } from './mailbox/message.js';
export { type RecordedRequest } from './request-log.js';
export { type SeedUser, type StytchEmulatorSeed } from './seed.js';
