import type { Client } from './client.js';
import type { Session } from './session.js';

/**
 * What a request was authenticated as: the session of a person, or a client with an access token. A union
 * on `kind`: check it before reading fields of one kind.
 */
export type Principal = Session | Client;

export const isSession = (principal: Principal): principal is Session => 'sessionId' in principal;
