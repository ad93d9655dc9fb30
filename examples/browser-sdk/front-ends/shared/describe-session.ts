import { type Session } from '@stytch/vanilla-js/headless';

const time = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short' });

/** A session in words. */
export const describeSession = (session: Session) => ({
  id: session.session_id,
  expires: time.format(new Date(session.expires_at)),
  factors: session.authentication_factors
    .map(({ type, delivery_method }) => `${words(type)} (${words(delivery_method)})`)
    .join(', '),
});

const words = (name: string) => name.replaceAll('_', ' ');
