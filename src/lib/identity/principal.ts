import type { Client } from './client.js';
import type { Session } from './session.js';

/**
 * What a request was authenticated as. A union on `kind`: check it before reading fields of one kind.
 *
 * It is the session of a person. Access tokens of clients are not accepted yet.
 */
export type Principal = Session | Client;
