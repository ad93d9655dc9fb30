import { type SdkRoutes } from '../../../wire/operation.js';
import { requireSdkSession } from '../../sessions/sdk-session.js';
import { type B2B } from '../b2b.js';
import { asMember } from './as-member.js';
import { authenticate } from './authenticate.js';
import { revoke } from './revoke.js';

export function memberSessionsSdkRoutes(b2b: B2B): SdkRoutes {
  return {
    'POST /sdk/v1/b2b/sessions/authenticate': (call) => {
      const { token } = requireSdkSession(b2b, call);
      return authenticate(b2b, call.fields.with({ session_token: token }));
    },
    'POST /sdk/v1/b2b/sessions/revoke': (call) => {
      b2b.sessions.revoke(requireSdkSession(b2b, call));
      return {};
    },
    'POST /sdk/v1/b2b/sessions/revoke/{member_id}': (call) => {
      const session = requireSdkSession(b2b, call);
      return revoke(b2b, asMember(call, session, { member_id: call.parameter('member_id') }));
    },
  };
}
