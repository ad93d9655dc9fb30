import type { Client } from './client.js';
import type { Session } from './session.js';

/**
 * What a request was authenticated as: the session of a person, or the client of an access token. A union
 * on `kind`.
 */
export type Principal = Session | Client;
