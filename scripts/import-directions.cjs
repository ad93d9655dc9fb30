// Which folder may import which, as rules for dependency-cruiser. A folder of src/lib may import itself
// and the folders listed before it.
const foldersOfLib = [
  'network',
  'errors',
  'identity',
  'ports',
  'options',
  'events',
  'stytch-api',
  'http',
  'cookies',
  'limits',
  'session',
  'authorization',
  'access',
  'auth',
  'webhooks',
  'health',
  'module',
];
/** Each is published as `nestjs-stytch/<name>`, and needs nothing of the library but its index. */
const integrations = ['graphql', 'opentelemetry', 'redis', 'swagger', 'terminus', 'websockets'];
/** Except for these, which do steps of the library themselves, describe them, or check options as it does. */
const withInternals = ['graphql', 'swagger', 'websockets'];
const filesFor = (name) => (withInternals.includes(name) ? 'index|internal' : 'index');
/** The folders of src besides lib and the given ones, as an alternative of a pattern. */
const allBut = (...names) =>
  ['b2b', ...integrations, 'testing', 'demo'].filter((name) => !names.includes(name)).join('|');

// access and auth don't import each other, except for access's decorators.
const decidesAlone = { auth: ['access'] };
const publicFace = '^src/lib/access/access\\.decorators\\.ts$';

const downwards = foldersOfLib.flatMap((folder, at) => {
  const below = foldersOfLib.slice(at + 1).concat(decidesAlone[folder] ?? []);
  return below.length === 0
    ? []
    : [
        {
          name: `lib-${folder}-imports-only-folders-listed-before-it`,
          severity: 'error',
          from: { path: `^src/lib/${folder}/` },
          to: { path: `^src/lib/(${below.join('|')})/`, pathNot: publicFace },
        },
      ];
});

exports.rooms = [
  ...downwards,
  {
    name: 'folders-of-lib-do-not-import-the-module-or-the-index',
    severity: 'error',
    from: { path: '^src/lib/[^/]+/' },
    to: { path: '^src/lib/(index|stytch\\.module)\\.ts$' },
  },
  {
    name: 'lib-imports-nothing-from-the-other-parts',
    severity: 'error',
    from: { path: '^src/lib/' },
    to: { path: `^src/(${allBut()})/|^packages/` },
  },
  {
    name: 'b2b-imports-only-the-index-and-the-internal-names-of-lib-and-what-it-is-a-strategy-of',
    severity: 'error',
    from: { path: '^src/b2b/' },
    to: {
      path: `^src/(${allBut('b2b')})/|^src/lib/(?!(index|internal)\\.ts$|auth/|identity/)|^packages/`,
    },
  },
  ...integrations.map((name) => ({
    name: `${name}-imports-only-the-${filesFor(name)}-of-lib`,
    severity: 'error',
    from: { path: `^src/${name}/` },
    to: { path: `^src/((${allBut(name)})/|lib/(?!(${filesFor(name)})\\.ts$))|^packages/` },
  })),
  {
    name: 'testing-imports-only-the-index-and-the-internal-names-of-lib',
    severity: 'error',
    from: { path: '^src/testing/' },
    to: { path: `^src/((${allBut('testing')})/|lib/(?!(index|internal)\\.ts$))` },
  },
  {
    name: 'testing-imports-the-emulator-by-name-when-it-is-needed',
    severity: 'error',
    from: { path: '^src/testing/' },
    to: { path: '^packages/', dependencyTypesNot: ['type-only', 'type-import', 'dynamic-import'] },
  },
  {
    name: 'demo-imports-the-packages-by-name',
    severity: 'error',
    from: { path: '^src/demo/' },
    to: { path: `^src/(lib|${allBut('demo')})/|^packages/[^/]+/src/`, dependencyTypesNot: ['aliased'] },
  },
];
