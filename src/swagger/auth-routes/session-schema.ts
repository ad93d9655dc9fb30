import { objectSchema, textSchema, type Schema } from '../openapi.js';
import type { AuthRouteContext } from './auth-route.js';

const timestamp = (description: string) => textSchema(description, { format: 'date-time' });

const factor: Schema = objectSchema(
  {
    type: textSchema("Stytch's name of the type.", { example: 'magic_link' }),
    deliveryMethod: textSchema("Stytch's name of the delivery method.", { example: 'email' }),
    lastAuthenticatedAt: timestamp('When the person last authenticated with it.'),
    emailAddress: textSchema('The verified address, for factors delivered by email.'),
    phoneNumber: textSchema('The verified number, for factors delivered by phone.'),
    claim: {
      type: 'object',
      additionalProperties: true,
      description: 'The complete factor, of an unknown type.',
    },
  },
  ['type'],
);

const subjects = {
  consumer: { userId: textSchema("Stytch's id of the user.") },
  b2b: {
    memberId: textSchema("Stytch's id of the member."),
    organization: objectSchema({
      id: textSchema("Stytch's id of the organization."),
      slug: textSchema('Its slug when the token was issued.'),
    }),
  },
} satisfies Record<AuthRouteContext['product'], Record<string, Schema>>;

const kinds = { consumer: 'user', b2b: 'member' };

/** The session that `GET session` returns. */
export function sessionSchema({ product }: AuthRouteContext): Schema {
  const required = {
    kind: { type: 'string', enum: [kinds[product]] },
    ...subjects[product],
    sessionId: textSchema("Stytch's id of the session. Not a credential."),
    startedAt: timestamp('When the person signed in.'),
    expiresAt: timestamp('When the session expires unless it is extended.'),
    authenticationFactors: { type: 'array', items: factor },
    roles: { type: 'array', items: { type: 'string' } },
    customClaims: { type: 'object', additionalProperties: true },
  } satisfies Record<string, Schema>;
  const optional = {
    email: textSchema('The email address that a factor of the session verifies.'),
    unconfirmed: { type: 'boolean', enum: [true], description: 'Present while Stytch is unavailable.' },
    impersonator: {
      ...objectSchema({ id: textSchema('Their id.'), emailAddress: textSchema('Their email address.') }, []),
      description: 'Present if someone acts as the person.',
    },
  } satisfies Record<string, Schema>;
  return objectSchema({ ...required, ...optional }, Object.keys(required));
}
