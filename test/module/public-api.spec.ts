import * as lib from 'nestjs-stytch';
import * as emulator from 'stytch-emulator';
import * as testing from 'nestjs-stytch/testing';

describe('the public API', () => {
  it('of nestjs-stytch exports exactly these values', () => {
    expect(Object.keys(lib).sort()).toMatchInlineSnapshot(`
     [
       "AllowCrossSite",
       "AuthController",
       "CurrentClient",
       "CurrentPrincipal",
       "CurrentSession",
       "InjectStytchClient",
       "OptionalSession",
       "Protected",
       "Public",
       "RefuseImpersonation",
       "Require",
       "RequireFactors",
       "RequirePermission",
       "RequireRecentSignIn",
       "RequireRoles",
       "RequireScopes",
       "STYTCH_CLIENT",
       "SessionGuard",
       "SignIn",
       "SignOut",
       "SigningKeys",
       "StytchAuthorization",
       "StytchEvents",
       "StytchModule",
       "StytchOptionsError",
       "StytchRefusalException",
       "StytchRefusals",
       "StytchSessions",
       "StytchStartupError",
       "attachSession",
       "clientOf",
       "describeAccess",
       "emailOtp",
       "magicLinks",
       "oauth",
       "passwords",
       "permissionDecorator",
       "principalOf",
       "sessionCookieNames",
       "sessionOf",
       "smsOtp",
       "stytchConfig",
       "whatsappOtp",
     ]
    `);
  });

  it('of nestjs-stytch/testing exports exactly these values', () => {
    expect(Object.keys(testing).sort()).toMatchInlineSnapshot(`
     [
       "TestBrowser",
       "aClient",
       "aConnectedApp",
       "aSession",
       "signIn",
       "stytchOptionsFor",
       "testSessions",
       "withStytchEmulator",
     ]
    `);
  });

  it('of stytch-emulator exports exactly these values', () => {
    expect(Object.keys(emulator).sort()).toMatchInlineSnapshot(`
     [
       "EmulatorError",
       "startStytchEmulator",
     ]
    `);
  });
});
