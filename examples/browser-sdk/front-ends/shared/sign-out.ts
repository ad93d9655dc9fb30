import { postLogout, type Caller } from './api.js';
import { type Stytch } from './sign-in.js';

/** Ends the session at Stytch and deletes the cookies. Other tabs of this browser notice at once. */
export async function signOutWithSdk({ session }: Stytch): Promise<void> {
  await session.revoke();
}

/** Signs out by the route of the server; with `everywhere`, on all devices of the user. */
export async function signOutWithServer(
  { session }: Stytch,
  caller: Caller,
  everywhere: boolean,
): Promise<void> {
  const { status } = await postLogout(caller, everywhere);
  if (status !== 204) throw new Error(`The server responded ${status}. Please try again.`);
  // The session is over. The SDK forgets it, and tells the other tabs of this browser, although Stytch refuses.
  await session.revoke({ forceClear: true }).catch(() => undefined);
}
