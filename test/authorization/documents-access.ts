import type { RefusalCode } from 'nestjs-stytch';

// Who may do what in the application of documents-application.spec.ts.

/** Who is related to the document, or has a role in the project. */
export type Person = 'owner' | 'editor' | 'viewer' | 'stranger' | 'admin';

/** Who sends the request, and with which credential. */
export type Caller =
  | { readonly by: 'nobody' }
  | { readonly by: 'cookie' | 'bearer'; readonly person: Person }
  /** A service of a partner, with which the document is shared or not. */
  | { readonly by: 'm2m'; readonly partner: 'partner' | 'other-partner'; readonly scopes: string[] }
  /** An assistant that a person has connected. */
  | { readonly by: 'connected-app'; readonly person: Person; readonly scopes: string[] };

export const operations = {
  list: 'GET /documents',
  read: 'GET /documents/1',
  edit: 'PUT /documents/1',
  delete: 'DELETE /documents/1',
  share: 'POST /documents/1/share',
  audit: 'GET /admin/audit',
  import: 'POST /partner/imports',
  search: 'GET /assistant/search',
} as const;

export type Operation = keyof typeof operations;
export type Result = 'allowed' | RefusalCode;

const yes = 'allowed';
const signIn = 'session_missing';
const noToken = 'token_missing';
const badToken = 'token_invalid';
const noPermission = 'permission_missing';
const notShared = 'requirement_not_met';
const noRole = 'role_missing';
const noScope = 'scope_missing';

const read = ['read:documents'];
const write = ['read:documents', 'write:documents'];

type Row = readonly [title: string, caller: Caller, ...results: Result[]];

/** One row for each caller, with the results in the order of the operations. */
// prettier-ignore
const rows: readonly Row[] = [
  ['nobody', { by: 'nobody' },
    signIn, signIn, signIn, signIn, signIn, signIn, noToken, noToken],
  ['the owner in a browser', { by: 'cookie', person: 'owner' },
    yes, yes, yes, yes, yes, noRole, noToken, noToken],
  ['the owner in the mobile app', { by: 'bearer', person: 'owner' },
    yes, yes, yes, yes, signIn, signIn, badToken, badToken],
  ['an editor in a browser', { by: 'cookie', person: 'editor' },
    yes, yes, yes, notShared, notShared, noRole, noToken, noToken],
  ['an editor in the mobile app', { by: 'bearer', person: 'editor' },
    yes, yes, yes, notShared, signIn, signIn, badToken, badToken],
  ['a viewer in a browser', { by: 'cookie', person: 'viewer' },
    yes, yes, notShared, notShared, notShared, noRole, noToken, noToken],
  ['a viewer in the mobile app', { by: 'bearer', person: 'viewer' },
    yes, yes, notShared, notShared, signIn, signIn, badToken, badToken],
  ['a stranger in a browser', { by: 'cookie', person: 'stranger' },
    yes, notShared, notShared, notShared, notShared, noRole, noToken, noToken],
  ['a stranger in the mobile app', { by: 'bearer', person: 'stranger' },
    yes, notShared, notShared, notShared, signIn, signIn, badToken, badToken],
  ['an admin in a browser', { by: 'cookie', person: 'admin' },
    yes, notShared, notShared, notShared, notShared, yes, noToken, noToken],
  ['an admin in the mobile app', { by: 'bearer', person: 'admin' },
    yes, notShared, notShared, notShared, signIn, signIn, badToken, badToken],
  ['a partner that may read', { by: 'm2m', partner: 'partner', scopes: read },
    yes, yes, noPermission, badToken, signIn, signIn, noScope, badToken],
  ['a partner that may write', { by: 'm2m', partner: 'partner', scopes: [...write, 'write:imports'] },
    yes, yes, notShared, badToken, signIn, signIn, yes, badToken],
  ['a partner that nothing is shared with', { by: 'm2m', partner: 'other-partner', scopes: write },
    yes, notShared, notShared, badToken, signIn, signIn, noScope, badToken],
  ['a partner without scopes', { by: 'm2m', partner: 'partner', scopes: [] },
    noPermission, noPermission, noPermission, badToken, signIn, signIn, noScope, badToken],
  ['an assistant of the owner that may read', { by: 'connected-app', person: 'owner', scopes: read },
    yes, yes, noPermission, badToken, signIn, signIn, badToken, yes],
  ['an assistant of the owner that may write', { by: 'connected-app', person: 'owner', scopes: write },
    yes, yes, yes, badToken, signIn, signIn, badToken, yes],
  ['an assistant of a viewer that may write', { by: 'connected-app', person: 'viewer', scopes: write },
    yes, yes, notShared, badToken, signIn, signIn, badToken, yes],
  ['an assistant of a stranger that may write', { by: 'connected-app', person: 'stranger', scopes: write },
    yes, notShared, notShared, badToken, signIn, signIn, badToken, yes],
  ['an assistant of an admin with other scopes', { by: 'connected-app', person: 'admin', scopes: ['openid'] },
    noPermission, noPermission, noPermission, badToken, signIn, signIn, badToken, noScope],
  ['an assistant of the owner without scopes', { by: 'connected-app', person: 'owner', scopes: [] },
    badToken, badToken, badToken, badToken, signIn, signIn, badToken, badToken],
];

export const documentsAccess: readonly [string, Caller, Readonly<Record<Operation, Result>>][] = rows.map(
  ([title, caller, ...results]) => [
    title,
    caller,
    Object.fromEntries(Object.keys(operations).map((operation, at) => [operation, results[at]])) as Record<
      Operation,
      Result
    >,
  ],
);
