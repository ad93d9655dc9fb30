import type { RefusalCode } from '../../lib/index.js';
import { anyOf, objectSchema, pageContent, textSchema, type Responses } from '../openapi.js';
import type { AuthRouteContext, DescribeAuthRoute } from './auth-route.js';
import { codesOfCompletion, codesOfForms, codesOfSession, codesOfSteps } from './sign-in-codes.js';
import { page, seeOther, signedInSchemas } from './sign-in-steps.js';

const organization = textSchema('The slug or the id of the organization.');

const choices = objectSchema({
  organizations: {
    type: 'array',
    items: objectSchema(
      {
        id: textSchema("Stytch's id of the organization."),
        slug: textSchema('Its slug.'),
        name: textSchema('Its name.'),
        membership: {
          type: 'string',
          enum: ['member', 'invited', 'eligible'],
          description: '`invited` and `eligible`: entering the organization joins it.',
        },
        isCurrent: { type: 'boolean', enum: [true], description: 'The person is signed in to it.' },
      },
      ['id', 'slug', 'name', 'membership'],
    ),
  },
  canCreate: { type: 'boolean', description: 'Whether the person may create another one.' },
});

const list: DescribeAuthRoute = (context) => ({
  summary: 'The organizations of the person',
  description: 'Of the person who has proved an address and chooses an organization, or who is signed in.',
  responses: {
    200: {
      description: 'The organizations that the person can continue with.',
      content: { 'application/json': { schema: choices }, ...pageContent },
    },
    ...seeOther('The response to a browser without a session: to the sign-in page.'),
  },
  codes: [...codesOfSession(context), 'sign_in_not_started', 'organization_unavailable', ...codesOfSteps],
  hasPages: true,
  session: 'optional',
});

const enteredResponses = (context: AuthRouteContext): Responses => ({
  200: {
    description: 'The person is signed in to the organization. The session cookies are set.',
    content: { 'application/json': { schema: anyOf(signedInSchemas(context).slice(0, 1)) } },
  },
  ...seeOther('The response to a form: where to go next. The session cookies are set.'),
});

const codesOfEntering = (context: AuthRouteContext): RefusalCode[] => [
  'organization_missing',
  'organization_invalid',
  'organization_sign_in_required',
  'impersonation_refused',
  'sign_in_not_started',
  ...codesOfForms,
  ...codesOfCompletion(context).filter(
    (code) => code !== 'factor_not_added' && code !== 'organization_join_refused',
  ),
];

const enter: DescribeAuthRoute = (context) => {
  const canCreate = context.options.organizations.create === 'allow';
  const name = textSchema('The name of a new organization.', { maxLength: 128 });
  const bodies = [
    objectSchema({ organization }),
    ...(canCreate ? [objectSchema({ organization_name: name })] : []),
  ];
  return {
    summary: canCreate ? 'Enter or create an organization' : 'Enter an organization',
    body: anyOf(bodies),
    responses: enteredResponses(context),
    codes: [
      ...codesOfEntering(context),
      ...(canCreate ? (['name_missing', 'name_invalid', 'organization_creation_refused'] as const) : []),
    ],
    hasPages: true,
    session: 'optional',
  };
};

const switchTo: DescribeAuthRoute = (context) => ({
  summary: 'Switch to another organization',
  description: 'Exchanges the session for one in the other organization. The session before is revoked.',
  body: objectSchema(
    { organization, return_to: textSchema('Where to go next: a path of the application.') },
    ['organization'],
  ),
  responses: enteredResponses(context),
  codes: codesOfEntering(context).filter((code) => code !== 'sign_in_not_started'),
  hasPages: true,
  session: 'required',
});

const showSwitch: DescribeAuthRoute = () => ({
  summary: 'The page that offers to switch to another organization',
  parameters: [
    { name: 'organization', in: 'query', required: true, schema: organization },
    { name: 'return_to', in: 'query', required: false, schema: textSchema('Where to go next.') },
  ],
  responses: page('A page with a button that switches.'),
  codes: ['organization_invalid'],
  hasPages: true,
});

/** Of B2B projects. */
export const organizationRoutes: Readonly<Record<string, DescribeAuthRoute>> = {
  'GET organizations': list,
  'POST organizations': enter,
  'POST switch': switchTo,
  'GET switch': showSwitch,
};
