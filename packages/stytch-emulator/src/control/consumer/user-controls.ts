import { EmulatorError } from '../../emulator-error.js';
import { type Consumer } from '../../resources/consumer/consumer.js';
import { withParameters } from '../../wire/url-parameters.js';
import {
  type CreatedImpersonationToken,
  type ImpersonationTokenOptions,
  type UserIdentification,
} from '../controls.js';
import { findOrCreateUser } from './find-or-create-user.js';
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
  const { identifiers, impersonationTokens } = consumer;
  const { redirectUrl, impersonatorEmail = 'support@example.com' } = options;
  return withEmulatorErrors(() => {
    const url = consumer.redirectUrls.resolve(redirectUrl, {
      name: 'redirectUrl',
      invalid: 'invalid_login_redirect_url',
      notAllowed: 'redirect_url_not_found',
      noDefault: 'no_default_login_redirect_url_set',
    });
    const { userId } = findOrCreateUser(consumer, options);
    const token = impersonationTokens.issue({
      subjectId: userId,
      impersonatorId: options.impersonatorId ?? identifiers.id('member'),
      impersonatorEmail,
    });
    const link = withParameters(url, { stytch_token_type: 'impersonation', token });
    return { user_id: userId, token, link };
  });
}
