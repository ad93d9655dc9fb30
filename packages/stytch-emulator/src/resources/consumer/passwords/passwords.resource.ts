import { type Resource } from '../../resource.js';
import { type Consumer } from '../consumer.js';
import { authenticate } from './authenticate.js';
import { createUserWithPassword } from './create-user-with-password.js';
import { deletePassword } from './delete-password.js';
import { migrate } from './migrate.js';
import { passwordsSdkRoutes } from './passwords.sdk-routes.js';
import { resetByEmail } from './reset-by-email.js';
import { resetByExistingPassword } from './reset-by-existing-password.js';
import { resetBySession } from './reset-by-session.js';
import { startResetByEmail } from './start-reset-by-email.js';
import { strengthCheck } from './strength-check.js';

export function passwordsResource(consumer: Consumer): Resource {
  return {
    name: 'passwords',
    routes: {
      'POST /v1/passwords': ({ fields }) => createUserWithPassword(consumer, fields),
      'POST /v1/passwords/authenticate': ({ fields }) => authenticate(consumer, fields),
      'POST /v1/passwords/strength_check': ({ fields }) => strengthCheck(fields),
      'POST /v1/passwords/email/reset/start': ({ fields }) => startResetByEmail(consumer, fields),
      'POST /v1/passwords/email/reset': ({ fields }) => resetByEmail(consumer, fields),
      'POST /v1/passwords/existing_password/reset': ({ fields }) => resetByExistingPassword(consumer, fields),
      'POST /v1/passwords/session/reset': ({ fields }) => resetBySession(consumer, fields),
      'POST /v1/passwords/migrate': ({ fields }) => migrate(consumer, fields),
      'DELETE /v1/users/passwords/{password_id}': ({ parameter }) =>
        deletePassword(consumer, parameter('password_id')),
    },
    sdkRoutes: passwordsSdkRoutes(consumer),
  };
}
