import { type SdkCall, type SdkRoutes } from '../../../wire/operation.js';
import { readSdkSignIn, requireSdkSession } from '../../sessions/sdk-session.js';
import { requireCodeChallenge } from '../../sign-in/pkce.js';
import { type B2B } from '../b2b.js';
import { toSdkResponse } from '../sign-in/sdk-response.js';
import { authenticate } from './authenticate.js';
import { authenticateDiscovery, resetDiscovery, startDiscoveryReset } from './discovery.js';
import { resetByEmail } from './reset-by-email.js';
import { resetByExistingPassword } from './reset-by-existing-password.js';
import { resetBySession } from './reset-by-session.js';
import { startResetByEmail } from './start-reset-by-email.js';
import { strengthCheck } from './strength-check.js';

export function passwordsSdkRoutes(b2b: B2B): SdkRoutes {
  const signIn =
    (operation: typeof authenticate | typeof resetByEmail | typeof resetByExistingPassword) =>
    async (call: SdkCall) =>
      toSdkResponse(await operation(b2b, readSdkSignIn(b2b, call)));
  return {
    'POST /sdk/v1/b2b/passwords/authenticate': signIn(authenticate),
    'POST /sdk/v1/b2b/passwords/discovery/authenticate': async ({ fields }) =>
      toSdkResponse(await authenticateDiscovery(b2b, fields)),
    'POST /sdk/v1/b2b/passwords/discovery/reset': async ({ fields }) =>
      toSdkResponse(await resetDiscovery(b2b, fields)),
    'POST /sdk/v1/b2b/passwords/discovery/reset/start': ({ fields }) => {
      requireCodeChallenge(fields, 'pkce_code_challenge');
      return startDiscoveryReset(b2b, fields);
    },
    'POST /sdk/v1/b2b/passwords/email/reset': signIn(resetByEmail),
    // Tells the page nothing about the member.
    'POST /sdk/v1/b2b/passwords/email/reset/start': ({ fields }) => {
      requireCodeChallenge(fields, 'code_challenge');
      startResetByEmail(b2b, fields);
      return {};
    },
    'POST /sdk/v1/b2b/passwords/existing_password/reset': signIn(resetByExistingPassword),
    'POST /sdk/v1/b2b/passwords/session/reset': async (call) => {
      const { token, organizationId } = requireSdkSession(b2b, call);
      const fields = call.fields.with({ session_token: token, organization_id: organizationId });
      return toSdkResponse(await resetBySession(b2b, fields));
    },
    'POST /sdk/v1/b2b/passwords/strength_check': ({ fields }) => strengthCheck(fields),
  };
}
