import { type ApiRoutes } from '../api/api-route.js';
import { type EmulatedProject } from '../emulated-project.js';
import { authenticate } from './authenticate.js';
import { createEmbedded } from './embedded.js';
import { invite, revokeInvite } from './invite.js';
import { loginOrCreate, send } from './send-email.js';

export function magicLinkRoutes(project: EmulatedProject) {
  return {
    'POST /v1/magic_links': ({ fields }) => createEmbedded(project, fields),
    'POST /v1/magic_links/authenticate': ({ fields }) => authenticate(project, fields),
    'POST /v1/magic_links/email/invite': ({ fields }) => invite(project, fields),
    'POST /v1/magic_links/email/login_or_create': ({ fields }) => loginOrCreate(project, fields),
    'POST /v1/magic_links/email/revoke_invite': ({ fields }) => revokeInvite(project, fields),
    'POST /v1/magic_links/email/send': ({ fields }) => send(project, fields),
  } satisfies ApiRoutes;
}
