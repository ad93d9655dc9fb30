// The public names of nestjs-stytch/testing, for tests of applications that use nestjs-stytch.

// Without an emulator
export {
  aMemberSession,
  aSession,
  type MemberSessionInput,
  type SessionBaseInput,
  type SessionInput,
} from './a-session.js';
export type { OrganizationInput } from './an-organization.js';
export { aClient, aConnectedApp, type ClientInput, type ConnectedAppInput } from './a-client.js';
export {
  testSessions,
  type OverridableModule,
  type TestSessions,
  type TestSessionsOptions,
} from './test-sessions.js';
export type { TestPermissions, TestPolicy } from './test-policy-api.js';

// With an emulator
export { withStytchEmulator } from './with-stytch-emulator.js';
export { stytchOptionsFor } from './stytch-options-for.js';
export { signIn, type SignInOptions, type TestApplication } from './sign-in.js';
export { TestBrowser, type TestRequest, type TestResponse } from './test-browser.js';
