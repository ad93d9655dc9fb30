// Which folder may import which, as rules for dependency-cruiser. A folder of src/lib may import itself
// and the folders listed before it.
const foldersOfLib = [
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
  'access',
  'auth',
];
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
    to: { path: '^src/lib/(index|stytch\\.module|stytch\\.module-definition)\\.ts$' },
  },
  {
    name: 'lib-imports-no-other-room',
    severity: 'error',
    from: { path: '^src/lib/' },
    to: { path: '^src/(emulator|testing|demo)/' },
  },
  {
    name: 'lib-does-not-need-the-emulators-packages',
    severity: 'error',
    from: { path: '^src/lib/' },
    to: { path: 'node_modules/(hono|@hono)/' },
  },
  {
    name: 'emulator-knows-no-nest-and-no-lib',
    severity: 'error',
    from: { path: '^src/emulator/' },
    to: { path: '^src/(lib|testing|demo)/|node_modules/@nestjs/' },
  },
  {
    name: 'emulator-takes-only-types-from-stytch',
    severity: 'error',
    from: { path: '^src/emulator/' },
    to: { path: 'node_modules/stytch/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'testing-imports-the-public-faces-only',
    severity: 'error',
    from: { path: '^src/testing/' },
    to: { path: '^src/(demo/|(lib|emulator)/(?!index\\.ts$))' },
  },
  {
    name: 'demo-imports-the-package-by-its-name',
    severity: 'error',
    from: { path: '^src/demo/' },
    to: { path: '^src/(lib|emulator|testing)/', dependencyTypesNot: ['aliased'] },
  },
];
