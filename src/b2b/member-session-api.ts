import { Injectable } from '@nestjs/common';
import type { B2BClient } from 'stytch';
import { StytchSessionApi, type RevocableSession } from '../lib/internal.js';
import type { StytchResponse, Subject } from '../lib/index.js';

/** The session calls of a B2B project. */
@Injectable()
export class MemberSessionApi extends StytchSessionApi<B2BClient> {
  protected override readonly wireFormat = {
    keySetPath: '/v1/b2b/sessions/jwks',
    list: 'member_sessions',
    id: 'member_session_id',
  };

  protected override async sendList({ sessions }: B2BClient, subject: Subject): Promise<unknown> {
    if (subject.kind !== 'member') throw new TypeError('A B2B project has no sessions of users.');
    return sessions.get({ organization_id: subject.organizationId, member_id: subject.id });
  }

  override revokeAll({ id }: Subject): Promise<StytchResponse<unknown>> {
    return this.callRevoke(({ sessions }) => sessions.revoke({ member_id: id }));
  }

  protected override sendRevocation({ sessions }: B2BClient, session: RevocableSession): Promise<unknown> {
    return sessions.revoke(
      session.kind === 'id' ? { member_session_id: session.sessionId } : { session_token: session.token },
    );
  }
}
