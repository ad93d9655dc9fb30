import { type Consumer } from '../consumer.js';
import { type Passcodes } from './passcodes.js';

/** What the operations on one-time passcodes use. */
export interface OtpContext extends Consumer {
  readonly passcodes: Passcodes;
}
