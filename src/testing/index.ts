// The public names of nestjs-stytch/testing, for tests of applications that use nestjs-stytch.

export { withStytchEmulator } from './with-stytch-emulator.js';
export { stytchOptionsFor } from './stytch-options-for.js';
export { signIn, type SignInOptions, type TestApplication } from './sign-in.js';
export { TestBrowser, type TestRequest, type TestResponse } from './test-browser.js';
