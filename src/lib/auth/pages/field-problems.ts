import type { RefusalCode } from '../../errors/refusal.js';
import type { PageProblem } from '../../ports/page-renderer.js';

/** Texts for people, where the message of the code is for programs too. */
const texts: Partial<Record<RefusalCode, string>> = {
  email_missing: 'Enter your email address.',
  email_invalid: "This doesn't look like an email address.",
  phone_missing: 'Enter your phone number.',
};

export const problemText = ({ code, message }: PageProblem): string => texts[code] ?? message;
