import { type Resource } from '../../resource.js';
import { type B2B } from '../b2b.js';

/** What somebody has proven on the way to a session. The operations of other resources use it. */
export function intermediateSessionsResource({ intermediateSessions }: B2B): Resource {
  return {
    name: 'intermediateSessions',
    routes: {},
    entries: intermediateSessions.entries,
    tidy() {
      intermediateSessions.removeExpired();
    },
  };
}
