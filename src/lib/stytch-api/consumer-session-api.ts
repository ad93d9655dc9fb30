import { Injectable } from '@nestjs/common';
import type { Client } from 'stytch';
import type { Subject } from '../identity/subject.js';
import type { RevocableSession } from '../ports/session-api.js';
import { StytchSessionApi } from './stytch-session-api.js';

/** The session calls of a consumer project. */
@Injectable()
export class ConsumerSessionApi extends StytchSessionApi<Client> {
  protected override readonly wireFormat = {
    keySetPath: '/v1/sessions/jwks',
    list: 'sessions',
    id: 'session_id',
  };

  protected override sendList({ sessions }: Client, { id }: Subject): Promise<unknown> {
    return sessions.get({ user_id: id });
  }

  override revokeAll(): undefined {
    return undefined;
  }

  protected override sendRevocation({ sessions }: Client, session: RevocableSession): Promise<unknown> {
    return sessions.revoke(
      session.kind === 'id' ? { session_id: session.sessionId } : { session_token: session.token },
    );
  }
}
