import { type SdkRoutes } from '../../../wire/operation.js';
import { readSdkSignIn, requireSdkSession } from '../../sessions/sdk-session.js';
import { requireCodeChallenge } from '../../sign-in/pkce.js';
import { type B2B } from '../b2b.js';
import { asMember } from '../sessions/as-member.js';
import { toSdkResponse } from '../sign-in/sdk-response.js';
import { authenticate } from './authenticate.js';
import { authenticateDiscovery, sendDiscovery } from './discovery.js';
import { invite } from './invite.js';
import { loginOrSignup } from './login-or-signup.js';

export function magicLinksSdkRoutes(b2b: B2B): SdkRoutes {
  return {
    'POST /sdk/v1/b2b/magic_links/authenticate': (call) =>
      toSdkResponse(authenticate(b2b, readSdkSignIn(b2b, call))),
    'POST /sdk/v1/b2b/magic_links/discovery/authenticate': ({ fields }) =>
      toSdkResponse(authenticateDiscovery(b2b, fields)),
    'POST /sdk/v1/b2b/magic_links/email/discovery/send': ({ fields }) => {
      requireCodeChallenge(fields, 'pkce_code_challenge');
      return sendDiscovery(b2b, fields);
    },
    'POST /sdk/v1/b2b/magic_links/email/invite': (call) => {
      const session = requireSdkSession(b2b, call);
      return invite(b2b, asMember(call, session, { invited_by_member_id: session.memberId }));
    },
    // Tells the page nothing about the member.
    'POST /sdk/v1/b2b/magic_links/email/login_or_signup': ({ fields }) => {
      requireCodeChallenge(fields, 'pkce_code_challenge');
      loginOrSignup(b2b, fields);
      return {};
    },
  };
}
