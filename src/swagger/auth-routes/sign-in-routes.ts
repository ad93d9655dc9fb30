import type { SignInField } from '../../lib/index.js';
import { defaultTokenType, type AnySignInMethod } from '../../lib/internal.js';
import {
  anyOf,
  objectSchema,
  pageContent,
  textSchema,
  type Parameter,
  type Responses,
  type Schema,
} from '../openapi.js';
import type { AuthRoute, AuthRouteContext, DescribeAuthRoute } from './auth-route.js';
import {
  codesOfCallbacks,
  codesOfCompletion,
  codesOfFields,
  codesOfForms,
  codesOfSession,
  codesOfStart,
} from './sign-in-codes.js';
import { fieldSchemas, fieldsSchema, schemaByMethod } from './sign-in-fields.js';
import { leadsTo, page, redirectSchema, seeOther, sentResponse, signedInSchemas } from './sign-in-steps.js';

const returnToField = textSchema(
  'Where to go after signing in: a path of the application. Other addresses are replaced by the default.',
);
const organization = textSchema('In which organization to sign in: its slug or its id.');

const isStartable = ({ start }: AnySignInMethod) => start !== undefined;
const isFinishable = ({ finish }: AnySignInMethod) => finish !== undefined;

const methodParameter = (methods: readonly AnySignInMethod[]): Parameter => ({
  name: 'method',
  in: 'path',
  required: true,
  description: 'The sign-in method.',
  schema: { type: 'string', enum: methods.map(({ name }) => name) },
});

const queryParameter = (name: string, schema: Schema, required = false): Parameter => {
  const { description = '', ...rest } = schema as { description?: string };
  return { name, in: 'query', required, description, schema: rest };
};

/** What the sign-in page can be opened with. */
const pageParameters = ({ product }: AuthRouteContext): Parameter[] => [
  queryParameter('return_to', returnToField),
  ...(product === 'b2b' ? [queryParameter('org', organization)] : []),
];

const showLogin: DescribeAuthRoute = (context) =>
  context.first && {
    summary: 'The sign-in page',
    parameters: pageParameters(context),
    responses: page('A page with the methods that are switched on.'),
    codes: [],
    hasPages: true,
  };

const login: DescribeAuthRoute = (context) =>
  context.first && {
    ...startOf([context.first], context),
    summary: `Start a sign-in with the first method, \`${context.first.name}\``,
  };

const start: DescribeAuthRoute = (context) => {
  const methods = context.methods.filter(isStartable);
  if (methods.length === 0) return undefined;
  return { ...startOf(methods, context), parameters: [methodParameter(methods)] };
};

function startOf(methods: readonly AnySignInMethod[], context: AuthRouteContext): AuthRoute {
  return {
    summary: 'Start a sign-in',
    description:
      'The response sets a cookie that binds the sign-in to this client, which completes it with the same cookies.',
    body: schemaByMethod(methods.map((method) => [method.name, startBody(method, context)])),
    responses: startResponses(methods, context),
    codes: methods.flatMap((method) => codesOfStart(method, context)),
    hasPages: true,
    session: methods.every(({ start: step }) => step?.requiresSession) ? 'required' : 'optional',
  };
}

function startBody({ start: step }: AnySignInMethod, { product, options }: AuthRouteContext): Schema {
  const namesOrganization = product === 'b2b' && step?.requiresSession !== true;
  const optional = {
    return_to: returnToField,
    ...(step?.requiresSession !== true && {
      add_factor: { type: 'boolean', description: 'Whether to add a factor to the session of this browser.' },
    }),
    ...(namesOrganization && {
      organization,
      continue: { type: 'boolean', description: 'Whether to continue an incomplete sign-in.' },
    }),
  } satisfies Record<string, Schema>;
  const isRequired = namesOrganization && !options.organizations.discovery;
  return fieldsSchema(step?.fields ?? [], optional, isRequired ? ['organization'] : []);
}

function startResponses(methods: readonly AnySignInMethod[], context: AuthRouteContext): Responses {
  const results = methods.map(leadsTo);
  const redirects = results.some((result) => result.redirects);
  const completes = results.some((result) => result.completes);
  const bodies = [...(redirects ? [redirectSchema] : []), ...(completes ? signedInSchemas(context) : [])];
  return {
    ...(bodies.length > 0 && {
      200: {
        description: redirects
          ? 'The browser continues at another site, or is signed in. A form gets a page that redirects.'
          : 'The person is signed in, or chooses an organization next.',
        content: {
          'application/json': { schema: anyOf(bodies) },
          ...(redirects && pageContent),
        },
      },
    }),
    ...(results.some((result) => result.sends) && { 202: sentResponse }),
    ...seeOther('The response to a form: the next page.'),
  };
}

const showStart: DescribeAuthRoute = (context) => {
  const methods = context.methods.filter(isStartable);
  if (methods.length === 0) return undefined;
  return {
    summary: 'The page of one sign-in method',
    parameters: [methodParameter(methods), ...pageParameters(context)],
    responses: { ...page('A page with the form of the method.'), ...seeOther('To the sign-in page.') },
    codes: codesOfSession(context),
    hasPages: true,
    session: 'optional',
  };
};

const showFinish: DescribeAuthRoute = ({ methods }) => {
  const finishable = methods.filter(isFinishable);
  if (finishable.length === 0) return undefined;
  return {
    summary: 'The page that asks for a code',
    parameters: [methodParameter(finishable)],
    responses: page('A page with a form for the code.'),
    codes: ['sign_in_not_started'],
    hasPages: true,
  };
};

const finish: DescribeAuthRoute = (context) => {
  const methods = context.methods.filter(isFinishable);
  if (methods.length === 0) return undefined;
  const fieldsOf = ({ finish: step }: AnySignInMethod): readonly SignInField[] => step?.fields ?? [];
  return {
    summary: 'Complete a sign-in with a code',
    description: 'Requires the cookies that the start of the sign-in has set.',
    parameters: [methodParameter(methods)],
    body: schemaByMethod(methods.map((method) => [method.name, fieldsSchema(fieldsOf(method), {})])),
    responses: {
      200: {
        description: 'The person is signed in. The session cookies are set.',
        content: { 'application/json': { schema: anyOf(signedInSchemas(context)) } },
      },
      ...seeOther('The response to a form: where to go next. The session cookies are set.'),
    },
    codes: [
      ...codesOfFields(methods.flatMap(fieldsOf)),
      'sign_in_not_started',
      ...codesOfForms,
      ...codesOfCompletion(context),
    ],
    hasPages: true,
    session: 'optional',
  };
};

/** A method that sends a link shows this page next. */
const showSent: DescribeAuthRoute = ({ methods }) =>
  methods.some((method) => leadsTo(method).sends && !isFinishable(method))
    ? {
        summary: 'The page that says that a link was sent',
        responses: page('A page that asks to open the link.'),
        codes: [],
        hasPages: true,
      }
    : undefined;

const tokenTypesOf = ({ methods }: AuthRouteContext): string[] =>
  methods.flatMap(({ callbacks = {} }) => Object.keys(callbacks));

const token = textSchema('The token of the link or the provider.');

function tokenType(context: AuthRouteContext): Schema {
  const types = tokenTypesOf(context);
  return {
    type: 'string',
    description: "Stytch's type of the token.",
    enum: types,
    ...(types.includes(defaultTokenType) && { default: defaultTokenType }),
  };
}

const callbackResponses: Responses = {
  ...page('A page that asks for confirmation, for links that work in every browser.'),
  ...seeOther('Signed in: where to go next. The session cookies are set.'),
};

const authenticate: DescribeAuthRoute = (context) => {
  if (tokenTypesOf(context).length === 0) return undefined;
  return {
    summary: 'Where links and providers lead back to',
    parameters: [
      queryParameter('token', token, true),
      queryParameter('stytch_token_type', tokenType(context)),
    ],
    responses: {
      ...callbackResponses,
      204: { description: 'The browser loads the link in advance. The token is not used up.' },
    },
    codes: codesOfCallbacks(context),
    hasPages: true,
    session: 'optional',
  };
};

const confirm: DescribeAuthRoute = (context) => {
  if (tokenTypesOf(context).length === 0) return undefined;
  const fields = context.methods.flatMap(({ callbacks = {} }) =>
    Object.values(callbacks).flatMap((callback) => callback.fields ?? []),
  );
  const required = { token, nonce: textSchema('What the confirmation page has issued.') };
  return {
    summary: 'The form of the confirmation page',
    body: objectSchema(
      { ...required, stytch_token_type: tokenType(context), ...fieldSchemas(fields) },
      Object.keys(required),
    ),
    responses: callbackResponses,
    codes: [
      'link_not_confirmed',
      ...codesOfFields(fields),
      'cross_site_refused',
      ...codesOfCallbacks(context),
    ],
    hasPages: true,
    session: 'optional',
  };
};

export const signInRoutes: Readonly<Record<string, DescribeAuthRoute>> = {
  'GET login': showLogin,
  'POST login': login,
  'POST login/:method/start': start,
  'GET login/:method/start': showStart,
  'GET login/:method/finish': showFinish,
  'POST login/:method/finish': finish,
  'GET sent': showSent,
  'GET authenticate': authenticate,
  'POST authenticate': confirm,
};
