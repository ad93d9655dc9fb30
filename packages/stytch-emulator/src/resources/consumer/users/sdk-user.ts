import { type userToWire } from './user.wire.js';

/** Adds `__user` to a response to a browser SDK. The web SDK reads the user from it, and Stytch documents only `user`. */
export function withSdkUser<Response extends { user: ReturnType<typeof userToWire> }>(response: Response) {
  return { ...response, __user: response.user };
}
