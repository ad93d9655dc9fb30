// Import directions inside the emulator. Each folder may import itself and those above it.
const emulator = '^packages/stytch-emulator/src/';
const foldersOfEmulator = [
  'project',
  'wire',
  'mailbox',
  'webhooks',
  'resources',
  'control',
  'server',
  'command',
];
const foldersOfResources = [
  'oauth',
  'sessions',
  'sign-in',
  'impersonation',
  'passwords',
  'rbac',
  'm2m',
  'connected-apps',
  'oauth2',
  'debug',
  'sdk',
  'consumer',
  'b2b',
];
const foldersOfConsumer = [
  'users',
  'sessions',
  'sign-in',
  'magic-links',
  'oauth',
  'passwords',
  'totps',
  'impersonation',
  'crypto-wallets',
  'otps',
  'connected-apps',
];
const foldersOfB2B = [
  'organizations',
  'members',
  'rbac',
  'sessions',
  'administration',
  'connected-apps',
  'sign-in',
  'discovery',
  'email-links',
  'magic-links',
  'otps',
  'email-updates',
  'oauth',
  'passwords',
  'impersonation',
];

exports.emulatorDirections = [
  ...topDown('emulator', emulator, foldersOfEmulator),
  ...topDown('emulator-resources', `${emulator}resources/`, foldersOfResources),
  ...topDown('emulator-consumer', `${emulator}resources/consumer/`, foldersOfConsumer),
  ...topDown('emulator-b2b', `${emulator}resources/b2b/`, foldersOfB2B),
  {
    name: 'emulator-products-do-not-import-each-other',
    severity: 'error',
    from: { path: `${emulator}resources/b2b/` },
    to: { path: `${emulator}resources/consumer/` },
  },
  {
    name: 'emulator-imports-no-nest-and-nothing-from-the-library',
    severity: 'error',
    from: { path: emulator },
    to: { path: '^(src|test)/|node_modules/(@nestjs|nestjs-stytch)/' },
  },
  {
    name: 'emulator-imports-only-types-from-stytch',
    severity: 'error',
    from: { path: emulator },
    to: { path: 'node_modules/stytch/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'emulator-folders-do-not-import-the-index',
    severity: 'error',
    from: { path: `${emulator}[^/]+/`, pathNot: `${emulator}command/` },
    to: { path: `${emulator}index\\.ts$` },
  },
];

/** Forbids imports of folders that are further down in the list. */
function topDown(name, root, folders) {
  return folders.slice(0, -1).map((folder, at) => ({
    name: `${name}-${folder}-imports-only-folders-above-it`,
    severity: 'error',
    from: { path: `${root}${folder}/` },
    to: { path: `${root}(${folders.slice(at + 1).join('|')})/` },
  }));
}
