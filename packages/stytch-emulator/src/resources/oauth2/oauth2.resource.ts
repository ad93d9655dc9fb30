import { refuse } from '../../wire/api-error.js';
import { type ApiCall, type ApiHandler } from '../../wire/operation.js';
import { type Resource } from '../resource.js';
import { type ClientContext } from '../client-context.js';
import { introspectToken } from './introspect-token.js';
import { issueToken } from './issue-token.js';

/**
 * The OAuth 2.0 endpoints. Clients call them with credentials of their own, at the API or at the domain of the
 * project; the emulator is both. Has no state.
 */
export function oauth2Resource(context: ClientContext): Resource {
  const ofThisProject =
    (handler: (context: ClientContext, call: ApiCall) => Record<string, unknown>): ApiHandler =>
    (call) => {
      if (call.parameter('project_id') !== context.credentials.projectId) {
        refuse(404, 'project_not_found', 'The emulator runs another project than this one.');
      }
      return handler(context, call);
    };
  return {
    name: 'oauth2',
    routes: {
      'POST /v1/public/{project_id}/oauth2/token': ofThisProject(issueToken),
      'POST /v1/public/{project_id}/oauth2/introspect': ofThisProject(introspectToken),
      'POST /v1/oauth2/introspect': (call) => introspectToken(context, call),
      'POST /v1/oauth2/token': (call) => issueToken(context, call),
    },
  };
}
