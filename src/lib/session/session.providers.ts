import type { Provider } from '@nestjs/common';
import { ServerTimeObserver } from '../ports/server-time-observer.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { DenyList } from './deny/deny-list.js';
import { MemoryDenyList } from './deny/memory-deny-list.js';
import { SharedDenyList } from './deny/shared-deny-list.js';
import { InstanceNotices } from './notices/instance-notices.js';
import { CredentialReader } from './read-credentials.js';
import { BearerAuthenticator } from './authenticate-bearer.js';
import { RequestAuthenticator } from './authenticate-request.js';
import { ConfirmedTokens } from './refresh/confirmed-tokens.js';
import { FetchSession } from './refresh/fetch-session.js';
import { InFlightRefreshes } from './refresh/in-flight-refreshes.js';
import { IssuedSessionReader } from './refresh/issued-session.js';
import { JwtRefresher } from './refresh/jwt-refresher.js';
import { OutageGrace } from './refresh/outage-grace.js';
import { RenewedSessions } from './refresh/renewed-sessions.js';
import { TokenExchange } from './refresh/token-exchange.js';
import { TokenLookupLimit } from './refresh/token-lookup-limit.js';
import { PresentedSessions } from './revoke/presented-sessions.js';
import { DenialPeriod } from './revoke/denial-period.js';
import { RevocationCall } from './revoke/revocation-call.js';
import { RevocationRetries } from './revoke/revocation-retries.js';
import { StoredRevocations } from './revoke/stored-revocations.js';
import { SessionRevocation } from './revoke/session-revocation.js';
import { StaleMarks } from './stale/stale-marks.js';
import { AccessTokenVerifier } from './verify/access-token-verifier.js';
import { BackgroundKeyFetch } from './verify/background-key-fetch.js';
import { CandidateVerifier } from './verify/candidate-verifier.js';
import { ClockSkewWarning } from './verify/clock-skew-warning.js';
import { SessionJwtVerifier } from './verify/session-jwt-verifier.js';
import { SessionOwnership } from './verify/session-ownership.js';
import { SigningKeys } from './verify/signing-keys.js';
import { TrustedClock } from './verify/trusted-clock.js';
import { SessionWatch } from './watch/session-watch.js';
import { UnusableJwtWarning } from './verify/unusable-jwt-warning.js';
import { VerifiedJwtCache } from './verify/verified-jwt-cache.js';

export const sessionProviders: Provider[] = [
  CredentialReader,
  TrustedClock,
  { provide: ServerTimeObserver, useExisting: TrustedClock },
  SigningKeys,
  BackgroundKeyFetch,
  VerifiedJwtCache,
  ClockSkewWarning,
  UnusableJwtWarning,
  SessionJwtVerifier,
  SessionOwnership,
  CandidateVerifier,
  InstanceNotices,
  {
    provide: DenyList,
    useFactory: (options: ResolvedOptions, notices: InstanceNotices) =>
      options.shared.revocations === undefined
        ? new MemoryDenyList(options)
        : new SharedDenyList(options, notices),
    inject: [RESOLVED_OPTIONS, InstanceNotices],
  },
  StaleMarks,
  IssuedSessionReader,
  FetchSession,
  RenewedSessions,
  ConfirmedTokens,
  InFlightRefreshes,
  JwtRefresher,
  TokenLookupLimit,
  TokenExchange,
  OutageGrace,
  DenialPeriod,
  RevocationCall,
  StoredRevocations,
  RevocationRetries,
  SessionRevocation,
  PresentedSessions,
  RequestAuthenticator,
  AccessTokenVerifier,
  BearerAuthenticator,
  SessionWatch,
];
