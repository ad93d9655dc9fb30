import * as lib from 'nestjs-stytch';
import * as b2b from 'nestjs-stytch/b2b';
import * as emulator from 'stytch-emulator';
import * as opentelemetry from 'nestjs-stytch/opentelemetry';
import * as terminus from 'nestjs-stytch/terminus';
import * as swagger from 'nestjs-stytch/swagger';
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
       "EndWithSession",
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
       "StytchHealth",
       "StytchModule",
       "StytchOptionsError",
       "StytchRefusalException",
       "StytchRefusals",
       "StytchSessions",
       "StytchStartupError",
       "StytchWebhooks",
       "attachSession",
       "clientOf",
       "describeAccess",
       "emailOtp",
       "magicLinks",
       "messages",
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

  it('of nestjs-stytch/b2b exports exactly these values', () => {
    expect(Object.keys(b2b).sort()).toMatchInlineSnapshot(`
     [
       "ActingMember",
       "CurrentOrganization",
       "InjectStytchB2BClient",
       "OrganizationSignIn",
       "OrganizationsController",
       "STYTCH_B2B_CLIENT",
       "StytchB2BModule",
       "emailMagicLinks",
       "emailOtp",
       "oauth",
     ]
    `);
  });

  it('of nestjs-stytch/opentelemetry exports exactly these values', () => {
    expect(Object.keys(opentelemetry)).toEqual(['openTelemetry']);
  });

  it('of nestjs-stytch/terminus exports exactly these values', () => {
    expect(Object.keys(terminus)).toEqual(['StytchHealthIndicator']);
  });

  it('of nestjs-stytch/swagger exports exactly these values', () => {
    expect(Object.keys(swagger)).toEqual(['documentAccess']);
  });

  it('of nestjs-stytch/testing exports exactly these values', () => {
    expect(Object.keys(testing).sort()).toMatchInlineSnapshot(`
     [
       "TestBrowser",
       "aClient",
       "aConnectedApp",
       "aMemberSession",
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
