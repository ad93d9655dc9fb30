import { checkFactoryOptions } from '../../../options/check-options.js';
import { withDefaults } from '../../../options/option-definition.js';
import type { SignInField } from '../../../ports/sign-in-field.js';
import type { SignInMethod, StartResult } from '../../../ports/sign-in-method.js';
import { authenticateLink } from '../magic-link/authenticate-link.js';
import { checkPassword } from './check-password.js';
import { passwordOptions, type StytchPasswordOptions } from './password.options.js';
import { requestReset, resetPassword } from './reset-password.js';
import { setPassword } from './set-password.js';
import { atSteadyTime } from './steady-time.js';

const email: SignInField = { name: 'email', type: 'email', label: 'Email address' };
const newPassword: SignInField = { name: 'password', type: 'new-password', label: 'New password' };

/**
 * Signing in with a password: the methods `password`, `password-reset` (a new password by email) and
 * `set-password` (for the user who is signed in, also for a first password). There is no sign-up with
 * a password, since that would set one for an address before its owner has confirmed it.
 */
export function passwords(options?: StytchPasswordOptions): readonly SignInMethod[] {
  const resolved = withDefaults(options, passwordOptions);
  const { resetBinding, resetExpiresInMinutes, responseTimeMs } = resolved;
  const steadily = (work: () => Promise<StartResult>) => atSteadyTime(responseTimeMs, work, isSecret);
  return [
    {
      name: 'password',
      expiresInMinutes: 1,
      start: {
        fields: [email, { name: 'password', type: 'password', label: 'Password' }],
        button: 'Sign in',
        link: 'Use a password',
        run: (fields, call) => steadily(() => checkPassword(fields, call)),
      },
      findProblems: () => checkFactoryOptions(options, passwordOptions),
    },
    {
      name: 'password-reset',
      expiresInMinutes: resetExpiresInMinutes,
      start: {
        fields: [email],
        button: 'Send me a link',
        title: 'Choose a new password',
        link: 'Forgot your password?',
        linkedFrom: 'password',
        run: (fields, call) => steadily(() => requestReset(fields, resolved, call)),
      },
      callbacks: {
        reset_password: {
          binding: resetBinding,
          fields: [newPassword],
          button: 'Save password and sign in',
          run: resetPassword,
        },
        login: {
          binding: resetBinding,
          factor: 'magic_link',
          run: (token, _fields, call) => authenticateLink(token, call),
        },
      },
    },
    {
      name: 'set-password',
      expiresInMinutes: 1,
      start: {
        fields: [newPassword],
        button: 'Save password',
        title: 'Choose a new password',
        isHidden: true,
        requiresSession: true,
        run: setPassword,
      },
    },
  ];
}

/** Whether the result hides what is known about the user. */
const isSecret = ({ kind }: StartResult): boolean => kind === 'refused' || kind === 'sent';
