import { type ApiCall } from '../../../wire/operation.js';
import { type Resource } from '../../resource.js';
import { publishedKeys } from '../../sessions/published-keys.js';
import { type B2B } from '../b2b.js';
import { authenticate } from './authenticate.js';
import { memberSessionToWire } from './member-session.wire.js';
import { memberSessionsSdkRoutes } from './member-sessions.sdk-routes.js';
import { revoke } from './revoke.js';

export function memberSessionsResource(b2b: B2B): Resource {
  const { members, sessions } = b2b;
  members.onDelete(({ memberId }) => sessions.revokeAllOf(memberId));
  return {
    name: 'memberSessions',
    routes: {
      'GET /v1/b2b/sessions': (call) => list(b2b, call),
      'POST /v1/b2b/sessions/authenticate': ({ fields }) => authenticate(b2b, fields),
      'POST /v1/b2b/sessions/revoke': (call) => revoke(b2b, call),
      'GET /v1/b2b/sessions/jwks/{project_id}': (call) => publishedKeys(b2b, call),
    },
    sdkRoutes: memberSessionsSdkRoutes(b2b),
    entries: sessions.entries,
    tidy() {
      sessions.removeExpired();
    },
  };
}

function list({ organizations, members, sessions }: B2B, { query }: ApiCall) {
  const organization = organizations.get(query('organization_id') ?? '');
  const member = members.get(organization, query('member_id') ?? '');
  return {
    member_sessions: sessions
      .ofMember(member.memberId)
      .map((session) => memberSessionToWire(session, member, organization)),
  };
}
