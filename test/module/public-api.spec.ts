import * as lib from 'nestjs-stytch';
import * as emulator from 'stytch-emulator';
import * as testing from 'nestjs-stytch/testing';

describe('what can be imported from', () => {
  it('nestjs-stytch', () => {
    expect(Object.keys(lib).sort()).toMatchInlineSnapshot(`
     [
       "AllowCrossSite",
       "AuthController",
       "CurrentSession",
       "InjectStytchClient",
       "OptionalSession",
       "Protected",
       "Public",
       "STYTCH_CLIENT",
       "SessionGuard",
       "SignIn",
       "SignOut",
       "SigningKeys",
       "StytchEvents",
       "StytchModule",
       "StytchOptionsError",
       "StytchRefusalException",
       "StytchRefusals",
       "StytchStartupError",
       "sessionOf",
       "stytchConfig",
     ]
    `);
  });

  it('nestjs-stytch/testing', () => {
    expect(Object.keys(testing).sort()).toMatchInlineSnapshot(`
     [
       "TestBrowser",
       "signIn",
       "stytchOptionsFor",
       "withStytchEmulator",
     ]
    `);
  });

  it('stytch-emulator', () => {
    expect(Object.keys(emulator).sort()).toMatchInlineSnapshot(`
     [
       "EmulatorError",
       "startStytchEmulator",
     ]
    `);
  });
});
