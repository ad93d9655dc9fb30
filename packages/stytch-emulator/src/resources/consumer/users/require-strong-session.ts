import { nowSeconds } from '../../../clock.js';
import { refuse } from '../../../wire/api-error.js';
import { type SdkCall } from '../../../wire/operation.js';
import { type Factor } from '../../sessions/factors/factor.js';
import { requireSdkSession } from '../../sessions/sdk-session.js';
import { type StoredSession } from '../../sessions/stored-session.js';
import { type Consumer } from '../consumer.js';
import { type User } from './user.js';

const maxFactorAgeSeconds = 3600;

/** What a factor proves access to: another account or an email address, a phone number, or a device. */
type FactorCategory = 'account' | 'phone' | 'device';

/**
 * Requires of a page that changes how a user signs in that its session has factors of two categories, and one that
 * was authenticated within the last hour. A user who does not have two categories needs no more than a session.
 *
 * Source: stytch.com/docs/sdks/resources/mfa. It does not mention passwords; here they are of the first category.
 *
 * @throws {ApiError} `insufficient_factors`, `stale_factors`
 */
export function requireStrongSession({ clock }: Consumer, { factors }: StoredSession, user: User): void {
  if (registeredCategories(user).length < 2) return;
  if (new Set(factors.flatMap(categoryOf)).size < 2) {
    refuse(401, 'insufficient_factors', 'The session must have factors of two categories.');
  }
  const earliest = nowSeconds(clock) - maxFactorAgeSeconds;
  if (!factors.some(({ lastAuthenticatedAtSeconds }) => lastAuthenticatedAtSeconds > earliest)) {
    refuse(
      401,
      'stale_factors',
      'A factor of the session must have been authenticated within the last hour.',
    );
  }
}

/**
 * The user of the page that calls, whose sign-in it changes.
 *
 * @throws {ApiError} the errors of `requireSdkSession` and `requireStrongSession`
 */
export function requireStrongUser(consumer: Consumer, call: SdkCall): User {
  const session = requireSdkSession(consumer, call);
  const user = consumer.users.get(session.userId);
  requireStrongSession(consumer, session, user);
  return user;
}

function registeredCategories({
  emails,
  phoneNumbers,
  oauthRegistrations,
  password,
  totps,
}: User): FactorCategory[] {
  const isVerified = ({ verified }: { verified: boolean }) => verified;
  const hasAccount = emails.some(isVerified) || oauthRegistrations.length > 0 || password !== null;
  return [
    ...(hasAccount ? (['account'] as const) : []),
    ...(phoneNumbers.some(isVerified) ? (['phone'] as const) : []),
    ...(totps.some(isVerified) ? (['device'] as const) : []),
  ];
}

/** An impersonator has proven nothing on behalf of the user. */
function categoryOf({ type, deliveryMethod }: Factor): FactorCategory[] {
  if (type === 'impersonated') return [];
  if (type === 'totp' || type === 'recovery_codes') return ['device'];
  return deliveryMethod === 'sms' || deliveryMethod === 'whatsapp' ? ['phone'] : ['account'];
}
