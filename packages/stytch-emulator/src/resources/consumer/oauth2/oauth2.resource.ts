import { refuse } from '../../../wire/api-error.js';
import { type ApiCall, type ApiHandler } from '../../../wire/operation.js';
import { type Resource } from '../../resource.js';
import { type Consumer } from '../consumer.js';
import { introspectToken } from './introspect-token.js';
import { issueToken } from './issue-token.js';

/**
 * The OAuth 2.0 endpoints. Clients call them with credentials of their own, at the API or at the domain of the
 * project; the emulator is both. Has no state.
 */
export function oauth2Resource(consumer: Consumer): Resource {
  const ofThisProject =
    (handler: (consumer: Consumer, call: ApiCall) => Record<string, unknown>): ApiHandler =>
    (call) => {
      if (call.parameter('project_id') !== consumer.credentials.projectId) {
        refuse(404, 'project_not_found', 'The emulator runs another project than this one.');
      }
      return handler(consumer, call);
    };
  return {
    name: 'oauth2',
    routes: {
      'POST /v1/public/{project_id}/oauth2/token': ofThisProject(issueToken),
      'POST /v1/public/{project_id}/oauth2/introspect': ofThisProject(introspectToken),
      'POST /v1/oauth2/introspect': (call) => introspectToken(consumer, call),
      'POST /v1/oauth2/token': (call) => issueToken(consumer, call),
    },
  };
}
