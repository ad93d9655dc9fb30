import type { RefusalCode } from '../../errors/refusal.js';
import type { PageProblem } from '../../ports/page-renderer.js';

/** Texts for people, where the message of the code is for programs too. */
const texts: Partial<Record<RefusalCode, string>> = {
  email_missing: 'Enter your email address.',
  email_invalid: "This doesn't look like an email address.",
  phone_missing: 'Enter your phone number.',
  organization_missing: 'Enter the name of your organization as it is in addresses.',
};

export const problemText = ({ code, message }: PageProblem): string => texts[code] ?? message;
