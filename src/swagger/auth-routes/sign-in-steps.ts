import {
  objectSchema,
  pageContent,
  textSchema,
  type Response,
  type Responses,
  type Schema,
} from '../openapi.js';
import type { AnySignInMethod } from '../../lib/internal.js';
import type { AuthRouteContext } from './auth-route.js';

/** How the first step of a method can end. */
export interface StartResults {
  /** A link or a code is sent. */
  readonly sends: boolean;
  /** The browser continues at a provider. */
  readonly redirects: boolean;
  /** The person is signed in. */
  readonly completes: boolean;
}

export function leadsTo({ finish, callbacks = {} }: AnySignInMethod): StartResults {
  const from = Object.values(callbacks).map((callback) => callback.from ?? 'link');
  return {
    sends: finish !== undefined || from.includes('link'),
    redirects: from.includes('provider'),
    completes: finish === undefined && from.length === 0,
  };
}

const statusSchema = (status: string, more: Record<string, Schema> = {}): Schema =>
  objectSchema({ status: { type: 'string', enum: [status] }, ...more });

const returnTo = textSchema('Where to go next.');

/** The bodies of responses to a completed sign-in. */
export const signedInSchemas = ({ product }: AuthRouteContext): Schema[] => [
  statusSchema('signed_in', { returnTo }),
  ...(product === 'b2b' ? [statusSchema('choose_organization', { returnTo })] : []),
];

export const redirectSchema: Schema = statusSchema('redirect', {
  url: textSchema('Where the browser continues.', { format: 'uri' }),
});

export const sentResponse: Response = {
  description: 'A link or a code was sent, or the response does not tell that none was.',
  content: { 'application/json': { schema: statusSchema('sent') } },
};

export const seeOther = (description: string): Responses => ({
  303: {
    description,
    headers: { Location: { description: 'Where the browser continues.', schema: { type: 'string' } } },
  },
});

export const page = (description: string): Responses => ({
  200: { description, content: pageContent },
});
