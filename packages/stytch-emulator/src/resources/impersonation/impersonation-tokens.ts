import { refuse } from '../../wire/api-error.js';
import { ExpiringTokens } from '../sign-in/expiring-tokens.js';
import { type ImpersonationToken } from './impersonation-token.js';

const tokenSeconds = 5 * 60;

export class ImpersonationTokens extends ExpiringTokens<ImpersonationToken> {
  issue(content: Omit<ImpersonationToken, 'token' | 'expiresAtSeconds'>): string {
    return this.add({ ...content, ...this.newToken(tokenSeconds) }).token;
  }

  /** @throws {ApiError} `unable_to_auth_impersonation_token` if unknown, used or expired */
  get(token: string): ImpersonationToken {
    return (
      this.find(token) ??
      refuse(
        401,
        'unable_to_auth_impersonation_token',
        'The impersonation token is unknown, was used, or has expired.',
      )
    );
  }

  deleteAllOf(subjectId: string): void {
    this.deleteWhere((token) => token.subjectId === subjectId);
  }
}
