import { type Session } from '@stytch/vanilla-js/headless';

const time = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short' });
const factorNames: Record<string, string> = {
  magic_link: 'Link',
  otp: 'Code',
  password: 'Password',
  oauth: 'Provider',
};

/** A session in words. */
export const describeSession = (session: Session) => ({
  expires: time.format(new Date(session.expires_at)),
  factors: session.authentication_factors.map(({ type }) => factorNames[type] ?? type).join(', '),
});
