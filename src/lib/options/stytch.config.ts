import { registerAs } from '@nestjs/config';
import type { StytchModuleOptions } from './stytch-options.js';

/**
 * The options as the environment gives them, under the namespace `stytch`; the variables are
 * listed in `.env.example`. `StytchModule.forRoot()` uses it by itself, and
 * `StytchModule.forRootAsync({ routes, ...stytchConfig.asProvider() })` beside options of one's own.
 *
 * What is missing or malformed is reported when the module starts, not here.
 */
export const stytchConfig = registerAs('stytch', (): StytchModuleOptions => ({
  projectId: variable('STYTCH_PROJECT_ID') as string,
  secret: variable('STYTCH_SECRET') as string,
  apiUrl: variable('STYTCH_API_URL'),
  appUrl: variable('STYTCH_APP_URL') as string,
  session: { durationMinutes: wholeNumber('STYTCH_SESSION_DURATION_MINUTES') },
}));

/** An empty variable means an unset one; blanks around a value are a slip of the paste. */
function variable(name: string): string | undefined {
  const value = process.env[name]?.trim();
  return value === '' ? undefined : value;
}

/** Not a number stays not a number, for the check at boot to name. */
function wholeNumber(name: string): number | undefined {
  const value = variable(name);
  return value === undefined ? undefined : Number(value);
}
