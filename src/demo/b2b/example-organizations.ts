import { type StytchB2BEmulatorSeed } from 'stytch-emulator';

/** The organizations of the emulator. Ada belongs to both, and is an admin of the first. */
export const exampleOrganizations: NonNullable<StytchB2BEmulatorSeed['organizations']> = [
  {
    name: 'Acme',
    slug: 'acme',
    members: [
      { email: 'ada@example.com', name: 'Ada', roles: ['stytch_admin'] },
      { email: 'grace@example.com', name: 'Grace' },
    ],
  },
  { name: 'Globex', slug: 'globex', members: [{ email: 'ada@example.com', name: 'Ada' }] },
];
