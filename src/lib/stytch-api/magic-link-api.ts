import { Injectable } from '@nestjs/common';
import type { SessionResponse } from '../ports/session-api.js';
import type { StytchResponse } from '../ports/stytch-response.js';
import { toSessionResponse } from './session-response.js';
import { StytchCalls } from './stytch-calls.js';

export interface MagicLinkRequest {
  readonly email: string;
  readonly callbackUrl: string;
  /** PKCE code challenge; without it the link works in any browser. */
  readonly codeChallenge: string | undefined;
  readonly expiresInMinutes: number;
  /** `deny` sends links to existing users only. */
  readonly signUp: 'allow' | 'deny';
}

export interface MagicLinkExchange {
  readonly token: string;
  readonly codeVerifier: string | undefined;
  readonly sessionDurationMinutes: number;
  readonly sessionCustomClaims: Readonly<Record<string, string>> | undefined;
}

/** Stytch limits links per email address, so that a 429 says nothing about other addresses. */
const sendSettings = { name: 'magic_links/email', kind: 'sign_in', isLimitedPerAddress: true } as const;
const authenticateSettings = { name: 'magic_links/authenticate', kind: 'sign_in' } as const;

/** The magic link calls of a consumer project. Neither is retried: both have side effects. */
@Injectable()
export class MagicLinkApi {
  constructor(private readonly calls: StytchCalls) {}

  /** Sends a sign-in link by email. */
  send(link: MagicLinkRequest): Promise<StytchResponse<unknown>> {
    const parameters = {
      email: link.email,
      ...(link.codeChallenge !== undefined && { code_challenge: link.codeChallenge }),
      login_magic_link_url: link.callbackUrl,
      signup_magic_link_url: link.callbackUrl,
      login_expiration_minutes: link.expiresInMinutes,
      signup_expiration_minutes: link.expiresInMinutes,
    };
    return this.calls.call(sendSettings, ({ client }) =>
      link.signUp === 'allow'
        ? client.magicLinks.email.loginOrCreate(parameters)
        : client.magicLinks.email.send(parameters),
    );
  }

  /** Exchanges the token of a link for a session. Stytch accepts a token once. */
  async authenticate(exchange: MagicLinkExchange): Promise<StytchResponse<SessionResponse>> {
    const response = await this.calls.call(authenticateSettings, ({ client }) =>
      client.magicLinks.authenticate({
        token: exchange.token,
        ...(exchange.codeVerifier !== undefined && { code_verifier: exchange.codeVerifier }),
        session_duration_minutes: exchange.sessionDurationMinutes,
        ...(exchange.sessionCustomClaims && { session_custom_claims: exchange.sessionCustomClaims }),
      }),
    );
    return toSessionResponse(response);
  }
}
