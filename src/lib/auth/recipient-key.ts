import { domainToASCII } from 'node:url';
import { partsOf } from './read-email.js';

/** Hosts that ignore dots in the local part, by the domain under which their mailboxes are counted. */
const hostsThatIgnoreDots: ReadonlyMap<string, string> = new Map([
  ['gmail.com', 'gmail.com'],
  ['googlemail.com', 'gmail.com'],
]);

/** What a recipient is counted as. Phone numbers are in E.164 format already. */
export const recipientKey = (recipient: string): string =>
  recipient.includes('@') ? addressKey(recipient) : recipient;

/**
 * The mailbox that an email address is counted as. Spellings that usually reach the same mailbox have
 * the same key: in other case, Unicode form or encoding of the domain, with `+tag`, or with dots where
 * the host ignores them. Only for counting: mail is sent to the address as it was typed.
 */
function addressKey(email: string): string {
  const [typedLocalPart, typedDomain] = partsOf(email);
  const domain = domainToASCII(fold(typedDomain));
  const mailbox = fold(typedLocalPart).replace(/\+.*$/s, '');
  const hostDomain = hostsThatIgnoreDots.get(domain);
  return hostDomain === undefined ? `${mailbox}@${domain}` : `${mailbox.replaceAll('.', '')}@${hostDomain}`;
}

/** Upper case first: it also folds letters such as ß, for which there is no case folding in JavaScript. */
const fold = (text: string) => text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
