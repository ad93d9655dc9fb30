import { type Identifiers } from '../../../identifiers.js';
import { type OAuthProviderName, type OAuthRegistration } from '../../oauth/oauth-provider.js';
import { type User } from '../users/user.js';
import { type Users } from '../users/users.js';

/** A user and one of its accounts at a provider. */
export interface RegisteredUser {
  readonly user: User;
  readonly registration: OAuthRegistration;
}

export function findByRegistrationId(users: Users, registrationId: string): RegisteredUser | undefined {
  return findRegistered(users, (registration) => registration.registrationId === registrationId);
}

export function findBySubject(
  users: Users,
  provider: OAuthProviderName,
  subject: string,
): RegisteredUser | undefined {
  return findRegistered(
    users,
    (registration) => registration.provider === provider && registration.subject === subject,
  );
}

export function register(
  { users, identifiers }: { users: Users; identifiers: Identifiers },
  user: User,
  account: Omit<OAuthRegistration, 'registrationId'>,
): OAuthRegistration {
  const registration = { registrationId: identifiers.id('oauth-user'), ...account };
  users.entries.edit(user).oauthRegistrations.push(registration);
  return registration;
}

export function unregister(users: Users, { user, registration }: RegisteredUser): void {
  const edited = users.entries.edit(user);
  edited.oauthRegistrations = edited.oauthRegistrations.filter(
    ({ registrationId }) => registrationId !== registration.registrationId,
  );
}

function findRegistered(
  users: Users,
  isWanted: (registration: OAuthRegistration) => boolean,
): RegisteredUser | undefined {
  const user = users.entries.find(({ oauthRegistrations }) => oauthRegistrations.some(isWanted));
  const registration = user?.oauthRegistrations.find(isWanted);
  return user && registration && { user, registration };
}
