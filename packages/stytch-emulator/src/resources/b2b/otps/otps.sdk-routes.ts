import { type SdkRoutes } from '../../../wire/operation.js';
import { readSdkSignIn } from '../../sessions/sdk-session.js';
import { type B2B } from '../b2b.js';
import { toSdkResponse } from '../sign-in/sdk-response.js';
import { authenticate, authenticateDiscovery } from './authenticate.js';
import { loginOrSignup, sendDiscovery } from './send-code.js';

export function otpsSdkRoutes(b2b: B2B): SdkRoutes {
  return {
    'POST /sdk/v1/b2b/otps/email/authenticate': (call) =>
      toSdkResponse(authenticate(b2b, readSdkSignIn(b2b, call))),
    'POST /sdk/v1/b2b/otps/email/discovery/authenticate': ({ fields }) =>
      toSdkResponse(authenticateDiscovery(b2b, fields)),
    'POST /sdk/v1/b2b/otps/email/discovery/send': ({ fields }) => sendDiscovery(b2b, fields),
    // Tells the page nothing about the member.
    'POST /sdk/v1/b2b/otps/email/login_or_signup': ({ fields }) => {
      loginOrSignup(b2b, fields);
      return {};
    },
  };
}
