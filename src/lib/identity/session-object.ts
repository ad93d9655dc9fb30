import type { Writable } from './claims.js';
import type { Session } from './session.js';

/** Constructs plain objects, so that a class derived from it gives them private fields. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- The constructor is what it is for
class PlainObject {
  constructor() {
    const plain: object = {};
    return plain;
  }
}

/**
 * A plain object with a private field for the token that it was read from: sessions are logged and serialized, and a
 * credential must not be. A WeakMap would cost a tenth of a verification.
 */
class SessionObject extends PlainObject {
  #source: object | undefined;

  static setSource(session: Session, source: object): void {
    (session as object as SessionObject).#source = source;
  }

  static sourceOf(session: Session): object | undefined {
    return #source in session ? session.#source : undefined;
  }
}

/** A new session, to be filled and frozen. */
export const newSession = <Kind extends Session>(): Writable<Kind> =>
  new SessionObject() as object as Writable<Kind>;

/** @throws {TypeError} for a session that was not made with {@link newSession} */
export const setSource = (session: Session, source: object): void => {
  SessionObject.setSource(session, source);
};

/** Undefined for a session that was not read from a token. */
export const sourceOf = (session: Session): object | undefined => SessionObject.sourceOf(session);
