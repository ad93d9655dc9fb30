import { refusalBody } from './refusals.js';

/** The body of the response when Stytch is unreachable. */
export const unavailable = refusalBody('stytch_unavailable');
