import { refusalBody } from './refusals.js';

/** The body of a 503 response: the session could not be verified. */
export const unavailable = refusalBody('stytch_unavailable');
