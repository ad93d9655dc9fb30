import { type EmulatorClock } from '../clock.js';
import { type Identifiers } from '../identifiers.js';
import { type Credentials } from './credentials.js';
import { type SigningKeys } from './signing-keys.js';

/** The emulated project: what all of its resources share. */
export interface Project {
  readonly credentials: Credentials;
  readonly keys: SigningKeys;
  readonly clock: EmulatorClock;
  readonly identifiers: Identifiers;
}
