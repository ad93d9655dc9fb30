import type { RefusalCode } from 'nestjs-stytch';

// Who may do what in the application of documents-application.ts, on each transport.

/** Who is related to the document, or has a role in the project. */
export type Person = 'owner' | 'editor' | 'viewer' | 'stranger' | 'admin';

/** Who calls, and with which credential. */
export type Caller =
  /** No cookies, or a transport that has none and no token. */
  | { readonly by: 'nobody' | 'no token' }
  | { readonly by: 'cookie' | 'bearer'; readonly person: Person }
  /** A service of a partner, with which the document is shared or not. */
  | { readonly by: 'm2m'; readonly partner: 'partner' | 'other-partner'; readonly scopes: string[] }
  /** An assistant that a person has connected. */
  | { readonly by: 'connected-app'; readonly person: Person; readonly scopes: string[] };

/** In the order of the results in a row. */
const operations = ['list', 'read', 'edit', 'delete', 'share', 'audit', 'import', 'search'] as const;

export type Operation = (typeof operations)[number];

export type TransportName =
  | 'HTTP'
  | 'an event stream'
  | 'GraphQL'
  | 'a GraphQL field'
  | 'a GraphQL subscription'
  | 'ws'
  | 'socket.io'
  | 'TCP messages';

/** Which operations a transport has, and who can use it. */
interface TransportAccess {
  readonly operations: readonly Operation[];
  readonly usableBy: readonly Caller['by'][];
  /** Whether a connection is refused without credentials, before there is an operation. */
  readonly admits?: true;
}

const anybody: Caller['by'][] = ['nobody', 'cookie', 'bearer', 'm2m', 'connected-app'];
/** What only reads can be followed. */
const followed: Operation[] = ['list', 'read', 'audit', 'search'];

export const transports: Readonly<Record<TransportName, TransportAccess>> = {
  HTTP: { operations, usableBy: anybody },
  'an event stream': { operations: followed, usableBy: anybody },
  GraphQL: { operations, usableBy: anybody },
  'a GraphQL field': { operations: ['read', 'edit'], usableBy: anybody },
  'a GraphQL subscription': { operations: followed, usableBy: anybody },
  ws: { operations, usableBy: anybody, admits: true },
  'socket.io': { operations, usableBy: anybody, admits: true },
  // Without cookies, nothing can be shared: the application would not start.
  'TCP messages': {
    operations: operations.filter((operation) => operation !== 'share'),
    usableBy: ['no token', 'bearer', 'm2m', 'connected-app'],
  },
};

/** A refusal, and the requirement that its message names. */
export interface Refused {
  readonly code: RefusalCode;
  readonly required?: string;
}
export type Result = 'allowed' | Refused;

const yes = 'allowed';
const signIn: Refused = { code: 'session_missing' };
const noToken: Refused = { code: 'token_missing' };
const badToken: Refused = { code: 'token_invalid' };
const mayNotRead: Refused = { code: 'permission_missing', required: 'permission documents:read' };
const mayNotWrite: Refused = { code: 'permission_missing', required: 'permission documents:write' };
const noViewer: Refused = { code: 'requirement_not_met', required: 'MayView' };
const noEditor: Refused = { code: 'requirement_not_met', required: 'MayEdit' };
const notOwner: Refused = { code: 'requirement_not_met', required: 'Owns' };
const noAdmin: Refused = { code: 'role_missing', required: 'role admin' };
const noImport: Refused = { code: 'scope_missing', required: 'scope write:imports' };
const noSearch: Refused = { code: 'scope_missing', required: 'scope read:documents' };

const read = ['read:documents'];
const write = ['read:documents', 'write:documents'];

type Row = readonly [title: string, caller: Caller, admission: Result, ...results: Result[]];

/** One row for each caller: whether a gateway admits it, and the results in the order of the operations. */
// prettier-ignore
const rows: readonly Row[] = [
  ['nobody', { by: 'nobody' }, signIn,
    signIn, signIn, signIn, signIn, signIn, signIn, noToken, noToken],
  ['a service without a token', { by: 'no token' }, noToken,
    noToken, noToken, noToken, noToken, noToken, noToken, noToken, noToken],
  ['the owner in a browser', { by: 'cookie', person: 'owner' }, yes,
    yes, yes, yes, yes, yes, noAdmin, noToken, noToken],
  ['the owner in the mobile app', { by: 'bearer', person: 'owner' }, yes,
    yes, yes, yes, yes, signIn, noAdmin, badToken, badToken],
  ['an editor in a browser', { by: 'cookie', person: 'editor' }, yes,
    yes, yes, yes, notOwner, notOwner, noAdmin, noToken, noToken],
  ['an editor in the mobile app', { by: 'bearer', person: 'editor' }, yes,
    yes, yes, yes, notOwner, signIn, noAdmin, badToken, badToken],
  ['a viewer in a browser', { by: 'cookie', person: 'viewer' }, yes,
    yes, yes, noEditor, notOwner, notOwner, noAdmin, noToken, noToken],
  ['a viewer in the mobile app', { by: 'bearer', person: 'viewer' }, yes,
    yes, yes, noEditor, notOwner, signIn, noAdmin, badToken, badToken],
  ['a stranger in a browser', { by: 'cookie', person: 'stranger' }, yes,
    yes, noViewer, noEditor, notOwner, notOwner, noAdmin, noToken, noToken],
  ['a stranger in the mobile app', { by: 'bearer', person: 'stranger' }, yes,
    yes, noViewer, noEditor, notOwner, signIn, noAdmin, badToken, badToken],
  ['an admin in a browser', { by: 'cookie', person: 'admin' }, yes,
    yes, noViewer, noEditor, notOwner, notOwner, yes, noToken, noToken],
  ['an admin in the mobile app', { by: 'bearer', person: 'admin' }, yes,
    yes, noViewer, noEditor, notOwner, signIn, yes, badToken, badToken],
  ['a partner that may read', { by: 'm2m', partner: 'partner', scopes: read }, yes,
    yes, yes, mayNotWrite, badToken, signIn, badToken, noImport, badToken],
  ['a partner that may write', { by: 'm2m', partner: 'partner', scopes: [...write, 'write:imports'] }, yes,
    yes, yes, noEditor, badToken, signIn, badToken, yes, badToken],
  ['a partner that nothing is shared with', { by: 'm2m', partner: 'other-partner', scopes: write }, yes,
    yes, noViewer, noEditor, badToken, signIn, badToken, noImport, badToken],
  ['a partner without scopes', { by: 'm2m', partner: 'partner', scopes: [] }, yes,
    mayNotRead, mayNotRead, mayNotRead, badToken, signIn, badToken, noImport, badToken],
  ['an assistant of the owner that may read', { by: 'connected-app', person: 'owner', scopes: read }, yes,
    yes, yes, mayNotWrite, badToken, signIn, badToken, badToken, yes],
  ['an assistant of the owner that may write', { by: 'connected-app', person: 'owner', scopes: write }, yes,
    yes, yes, yes, badToken, signIn, badToken, badToken, yes],
  ['an assistant of a viewer that may write', { by: 'connected-app', person: 'viewer', scopes: write }, yes,
    yes, yes, noEditor, badToken, signIn, badToken, badToken, yes],
  ['an assistant of a stranger that may write', { by: 'connected-app', person: 'stranger', scopes: write }, yes,
    yes, noViewer, noEditor, badToken, signIn, badToken, badToken, yes],
  ['an assistant of an admin with other scopes', { by: 'connected-app', person: 'admin', scopes: ['openid'] }, yes,
    mayNotRead, mayNotRead, mayNotRead, badToken, signIn, badToken, badToken, noSearch],
  ['an assistant of the owner without scopes', { by: 'connected-app', person: 'owner', scopes: [] }, badToken,
    badToken, badToken, badToken, badToken, signIn, badToken, badToken, badToken],
];

interface Access {
  readonly caller: Caller;
  readonly admission: Result;
  readonly results: Readonly<Record<Operation, Result>>;
}

export const documentsAccess = rows.map(([title, caller, admission, ...results]): [string, Access] => [
  title,
  {
    caller,
    admission,
    results: Object.fromEntries(
      operations.map((operation, at) => [operation, results[at]]),
    ) as Access['results'],
  },
]);
