import { type User } from './user.js';

/** The user that was found, if it is the owner or there is none: what belongs to others does not exist for a page. */
export function ownedBy(owner: User | undefined, found: User | undefined): User | undefined {
  return owner === undefined || owner.userId === found?.userId ? found : undefined;
}
