import { type SdkRoutes } from '../../../wire/operation.js';
import { readSdkSignIn } from '../../sessions/sdk-session.js';
import { toSdkResponse } from '../sign-in/sdk-response.js';
import { authenticate, authenticateDiscovery } from './authenticate.js';
import { type OtpContext } from './otp-context.js';
import { loginOrSignup, sendDiscovery } from './send-code.js';

export function otpsSdkRoutes(context: OtpContext): SdkRoutes {
  return {
    'POST /sdk/v1/b2b/otps/email/authenticate': (call) =>
      toSdkResponse(authenticate(context, readSdkSignIn(context, call))),
    'POST /sdk/v1/b2b/otps/email/discovery/authenticate': ({ fields }) =>
      toSdkResponse(authenticateDiscovery(context, fields)),
    'POST /sdk/v1/b2b/otps/email/discovery/send': ({ fields }) => sendDiscovery(context, fields),
    // Tells the page nothing about the member.
    'POST /sdk/v1/b2b/otps/email/login_or_signup': ({ fields }) => {
      loginOrSignup(context, fields);
      return {};
    },
  };
}
