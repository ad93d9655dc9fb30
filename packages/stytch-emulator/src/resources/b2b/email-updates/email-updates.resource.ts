import { type Resource } from '../../resource.js';
import { type B2B } from '../b2b.js';
import { byMember } from '../sessions/as-member.js';
import { startEmailUpdate } from './start-email-update.js';

/** Updates of email addresses by the members themselves. The sign-in with a link or a code completes them. */
export function emailUpdatesResource(b2b: B2B): Resource {
  return {
    name: 'emailUpdates',
    routes: {
      'POST /v1/b2b/organizations/{organization_id}/members/{member_id}/start_email_update': (call) =>
        startEmailUpdate(b2b, call),
    },
    sdkRoutes: {
      'POST /sdk/v1/b2b/organizations/members/start_email_update': byMember(b2b, startEmailUpdate),
      'POST /sdk/v1/b2b/organizations/members/{member_id}/start_email_update': byMember(
        b2b,
        startEmailUpdate,
      ),
    },
  };
}
