import { type B2B } from '../b2b.js';
import { type EmailPasscodes } from './email-passcodes.js';

/** What the operations on one-time passcodes use. */
export interface OtpContext extends B2B {
  readonly passcodes: EmailPasscodes;
}
