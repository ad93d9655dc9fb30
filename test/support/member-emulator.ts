import {
  startStytchEmulator,
  type MintedSession,
  type NewSessionOptions,
  type StytchB2BEmulator,
  type StytchEmulator,
} from 'stytch-emulator';

/** The slug of the organization that all members of these specs belong to. */
export const organizationSlug = 'acme';

/**
 * An emulator with a B2B project, seen like one with a consumer project, so that the same specs run with the
 * sessions of members: a member stands for a user, and paths have no `/b2b`.
 */
export async function startMemberEmulator(): Promise<StytchEmulator> {
  const emulator = await startStytchEmulator({ product: 'b2b' });
  await emulator.organizations.create({ name: 'Acme', slug: organizationSlug });
  const view = {
    ...emulator,
    sessions: sessionsOf(emulator),
    requests: {
      ...emulator.requests,
      list: () => emulator.requests.list().map((request) => ({ ...request, path: withoutB2B(request.path) })),
    },
    faults: {
      ...emulator.faults,
      add: ({ path, ...fault }: Parameters<StytchB2BEmulator['faults']['add']>[0]) => {
        emulator.faults.add({
          ...fault,
          ...(path !== undefined && { path: path.replace('/v1/', '/v1/b2b/') }),
        });
      },
    },
  };
  return view as unknown as StytchEmulator;
}

const withoutB2B = (path: string) => path.replace('/v1/b2b/', '/v1/');

function sessionsOf({ sessions }: StytchB2BEmulator) {
  return {
    create: async ({ email, userId, ...options }: NewSessionOptions): Promise<MintedSession> => {
      const minted = await sessions.create({
        ...options,
        organization: organizationSlug,
        ...(email !== undefined && { email }),
        ...(userId !== undefined && { memberId: userId }),
      });
      const { member_id, member_session_id, member_session } = minted;
      const named = { user_id: member_id, session_id: member_session_id };
      return { ...minted, ...named, session: { ...member_session, ...named } } as unknown as MintedSession;
    },
    list: () =>
      sessions.list().map((session) => ({
        ...session,
        session_id: session.member_session_id,
        user_id: session.member_id,
      })),
  };
}
