import { Injectable } from '@nestjs/common';
import { DenyList } from '../deny/deny-list.js';
import type { MaybePromise } from '../maybe-promise.js';
import { selectJwt, type SelectedJwtResult } from './select-jwt.js';
import { SessionJwtVerifier } from './session-jwt-verifier.js';
import { SessionOwnership } from './session-ownership.js';
import type { VerifiedJwt } from './verified-jwt.js';
import { needsFetch } from './with-fetched-keys.js';

/** Verifies the JWTs of a request and selects the one that decides. */
@Injectable()
export class CandidateVerifier {
  constructor(
    private readonly verifier: SessionJwtVerifier,
    private readonly denyList: DenyList,
    private readonly ownership: SessionOwnership,
  ) {}

  /** Returns a promise only if the signing keys have to be fetched first, or to learn the time. */
  verify(jwts: readonly string[]): MaybePromise<SelectedJwtResult> {
    const selected = selectJwt(
      jwts.map((jwt) => this.verifier.verify(jwt)),
      this.isRefused,
    );
    return needsFetch(selected) ? this.verifyRefetchingKeys(jwts) : selected;
  }

  private async verifyRefetchingKeys(jwts: readonly string[]): Promise<SelectedJwtResult> {
    return selectJwt(await this.verifier.verifyAllRefetchingKeys(jwts), this.isRefused);
  }

  /** A property, so that no closure is created per request. */
  private readonly isRefused = ({ session }: VerifiedJwt): boolean =>
    this.denyList.isDenied(session) || !this.ownership.isAccepted(session);
}
