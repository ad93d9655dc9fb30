import { type Consumer } from '../consumer.js';
import { type MagicLinks } from './magic-links.js';

/** What the operations on magic links use. */
export interface MagicLinkContext extends Consumer {
  readonly magicLinks: MagicLinks;
}
