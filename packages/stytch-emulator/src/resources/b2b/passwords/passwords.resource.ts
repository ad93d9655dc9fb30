import { type Resource } from '../../resource.js';
import { type B2B } from '../b2b.js';
import { authenticate } from './authenticate.js';
import { authenticateDiscovery, resetDiscovery, startDiscoveryReset } from './discovery.js';
import { migrate } from './migrate.js';
import { passwordsSdkRoutes } from './passwords.sdk-routes.js';
import { requireReset } from './require-reset.js';
import { resetByEmail } from './reset-by-email.js';
import { resetByExistingPassword } from './reset-by-existing-password.js';
import { resetBySession } from './reset-by-session.js';
import { startResetByEmail } from './start-reset-by-email.js';
import { strengthCheck } from './strength-check.js';

export function passwordsResource(b2b: B2B): Resource {
  return {
    name: 'passwords',
    routes: {
      'POST /v1/b2b/passwords/authenticate': ({ fields }) => authenticate(b2b, fields),
      'POST /v1/b2b/passwords/discovery/authenticate': ({ fields }) => authenticateDiscovery(b2b, fields),
      'POST /v1/b2b/passwords/discovery/email/reset': ({ fields }) => resetDiscovery(b2b, fields),
      'POST /v1/b2b/passwords/discovery/email/reset/start': ({ fields }) => startDiscoveryReset(b2b, fields),
      'POST /v1/b2b/passwords/email/require_reset': ({ fields }) => requireReset(b2b, fields),
      'POST /v1/b2b/passwords/email/reset': ({ fields }) => resetByEmail(b2b, fields),
      'POST /v1/b2b/passwords/email/reset/start': ({ fields }) => startResetByEmail(b2b, fields),
      'POST /v1/b2b/passwords/existing_password/reset': ({ fields }) => resetByExistingPassword(b2b, fields),
      'POST /v1/b2b/passwords/migrate': ({ fields }) => migrate(b2b, fields),
      'POST /v1/b2b/passwords/session/reset': ({ fields }) => resetBySession(b2b, fields),
      'POST /v1/b2b/passwords/strength_check': ({ fields }) => strengthCheck(fields),
    },
    sdkRoutes: passwordsSdkRoutes(b2b),
  };
}
