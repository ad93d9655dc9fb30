import { type Resource } from '../../resource.js';
import { type B2B } from '../b2b.js';
import { authenticate, authenticateDiscovery } from './authenticate.js';
import { EmailPasscodes } from './email-passcodes.js';
import { type OtpContext } from './otp-context.js';
import { otpsSdkRoutes } from './otps.sdk-routes.js';
import { loginOrSignup, sendDiscovery } from './send-code.js';

export function otpsResource(b2b: B2B): Resource {
  const passcodes = new EmailPasscodes(b2b.clock);
  const context: OtpContext = { ...b2b, passcodes };
  b2b.members.onDelete(({ memberId }) => {
    passcodes.revokeAllOf(memberId);
  });
  return {
    name: 'otps',
    routes: {
      'POST /v1/b2b/otps/email/authenticate': ({ fields }) => authenticate(context, fields),
      'POST /v1/b2b/otps/email/discovery/authenticate': ({ fields }) =>
        authenticateDiscovery(context, fields),
      'POST /v1/b2b/otps/email/discovery/send': ({ fields }) => sendDiscovery(context, fields),
      'POST /v1/b2b/otps/email/login_or_signup': ({ fields }) => loginOrSignup(context, fields),
    },
    sdkRoutes: otpsSdkRoutes(context),
    entries: passcodes.entries,
    tidy() {
      passcodes.removeOld();
    },
    messageStatus(message) {
      const passcode = message.kind === 'code' ? passcodes.findByAddress(message.methodId) : undefined;
      return (
        passcode && {
          state: passcode.messageId === message.id ? passcodes.stateOf(passcode) : 'replaced',
          expiresAtSeconds: passcode.expiresAtSeconds,
          details: [],
        }
      );
    },
  };
}
