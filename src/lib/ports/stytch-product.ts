import type { Client } from 'stytch';
import type { SessionReader } from '../identity/session-claim.js';
import type { StytchProductName } from './product-name.js';
import type { AnySignInMethod } from './sign-in-method.js';

/** A class of the SDK: both products take the same configuration. */
export type SdkClientClass<SdkClient> = new (
  ...parameters: ConstructorParameters<typeof Client>
) => SdkClient;

/**
 * What differs between consumer and B2B projects, besides the calls of `SessionApi` and `PolicyApi`. An
 * abstract class, like these, because Nest injects it by its type.
 */
export abstract class StytchProduct<SdkClient extends object = object> {
  abstract readonly name: StytchProductName;
  abstract readonly SdkClient: SdkClientClass<SdkClient>;
  /** What to register the redirect URL for in the Stytch Dashboard. */
  abstract readonly redirectUrlTypes: string;
  /** Reads the sessions of this product. Those of the other are no sessions here. */
  abstract readonly readSession: SessionReader;
  /** Stytch's errors for a session whose subject it does not accept, besides those of both products. */
  abstract readonly subjectErrors: ReadonlyMap<string, 'session_invalid' | 'session_suspended'>;
  /** The sign-in methods of a module without the option `methods`. */
  abstract defaultMethods(): readonly AnySignInMethod[];
}
