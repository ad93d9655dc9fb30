import { unknownCodes } from '../authentication-codes.js';
import { anyOf, objectSchema, type Schema } from '../openapi.js';
import type { DescribeAuthRoute } from './auth-route.js';
import { seeOther } from './sign-in-steps.js';

const logout: DescribeAuthRoute = () => ({
  summary: 'Sign out',
  body: objectSchema(
    { everywhere: { type: 'boolean', description: 'Whether to end all sessions of the person.' } },
    [],
  ),
  isBodyOptional: true,
  responses: {
    204: { description: 'Signed out. The session cookies are cleared.' },
    ...seeOther('The response to a form. The session cookies are cleared.'),
  },
  codes: ['token_invalid', 'cross_site_refused', 'stytch_unavailable'],
  hasPages: true,
  session: 'optional',
  acceptsBearer: true,
});

const authenticated = (value: boolean, more: Record<string, Schema> = {}): Schema =>
  objectSchema({ authenticated: { type: 'boolean', enum: [value] }, ...more });

const session: DescribeAuthRoute = () => ({
  summary: 'The current session',
  responses: {
    200: {
      description: 'Whether there is a session, and what it says.',
      content: {
        'application/json': {
          schema: anyOf([
            authenticated(true, { session: { $ref: '#/components/schemas/StytchSession' } }),
            authenticated(false),
          ]),
        },
      },
    },
  },
  codes: unknownCodes,
  hasPages: false,
  session: 'optional',
  acceptsBearer: true,
});

export const sessionRoutes: Readonly<Record<string, DescribeAuthRoute>> = {
  'POST logout': logout,
  'GET session': session,
};
