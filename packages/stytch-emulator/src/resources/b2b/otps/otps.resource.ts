import { type Resource } from '../../resource.js';
import { type B2B } from '../b2b.js';
import { authenticate, authenticateDiscovery } from './authenticate.js';
import { otpsSdkRoutes } from './otps.sdk-routes.js';
import { loginOrSignup, sendDiscovery } from './send-code.js';

export function otpsResource(b2b: B2B): Resource {
  const { passcodes } = b2b;
  b2b.members.onDelete(({ memberId }) => {
    passcodes.revokeAllOf(memberId);
  });
  return {
    name: 'otps',
    routes: {
      'POST /v1/b2b/otps/email/authenticate': ({ fields }) => authenticate(b2b, fields),
      'POST /v1/b2b/otps/email/discovery/authenticate': ({ fields }) => authenticateDiscovery(b2b, fields),
      'POST /v1/b2b/otps/email/discovery/send': ({ fields }) => sendDiscovery(b2b, fields),
      'POST /v1/b2b/otps/email/login_or_signup': ({ fields }) => loginOrSignup(b2b, fields),
    },
    sdkRoutes: otpsSdkRoutes(b2b),
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
