import { EmulatorError } from '../../emulator-error.js';
import { type Consumer } from '../../resources/consumer/consumer.js';
import {
  type CreatedImpersonationToken,
  type ImpersonationTokenOptions,
  type UserIdentification,
} from '../controls.js';
import { findOrCreateUser } from './find-or-create-user.js';
import { createImpersonationLink } from '../create-impersonation-link.js';
import { withEmulatorErrors } from '../with-emulator-errors.js';

/** @throws {EmulatorError} `emulator_user_not_found` */
export function unlockUser({ users, locks }: Consumer, { email, userId }: UserIdentification): void {
  const user = email === undefined ? users.find(userId ?? '') : users.findByEmail(email);
  if (!user) throw new EmulatorError('emulator_user_not_found', 'There is no such user.');
  locks.reset(user);
}

/** @throws {EmulatorError} `emulator_user_not_found`, `emulator_options_invalid` */
export function createImpersonationToken(
  consumer: Consumer,
  options: ImpersonationTokenOptions,
): CreatedImpersonationToken {
  return withEmulatorErrors(() => {
    const { subjectId, ...created } = createImpersonationLink(
      consumer,
      options,
      { stytch_token_type: 'impersonation' },
      () => findOrCreateUser(consumer, options).userId,
    );
    return { user_id: subjectId, ...created };
  });
}
