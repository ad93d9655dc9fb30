import type { RefusedResult, SignInCall } from '../../../ports/sign-in-method.js';
import type { StytchRejection } from '../../../ports/stytch-response.js';

const maxMessageLength = 500;

/** The result if Stytch does not accept a new password; undefined if it rejects something else. */
export async function resultOfRefusedPassword(
  { errorType }: StytchRejection,
  password: string,
  call: SignInCall,
): Promise<RefusedResult | undefined> {
  const refused = { kind: 'refused', field: 'password' } as const;
  if (errorType === 'breached_password') return { ...refused, code: 'password_breached' };
  if (errorType !== 'weak_password') return undefined;
  const message = await adviceFor(password, call);
  return { ...refused, code: 'password_weak', ...(message !== '' && { message }) };
}

/** What Stytch's strength policy says about the password; empty if it says nothing. */
async function adviceFor(password: string, call: SignInCall): Promise<string> {
  const response = await call.stytch('passwords/strength_check', (client) =>
    client.passwords.strengthCheck({ password }),
  );
  if (response.kind !== 'ok') return '';
  const { warning = '', suggestions = [], luds_requirements } = response.body.feedback ?? {};
  const advice = [warning, ...suggestions, ...(luds_requirements ? missingIn(luds_requirements) : [])];
  const text = advice.filter((sentence) => sentence !== '').map(asSentence);
  return text.length === 0
    ? ''
    : ['This password is too weak.', ...text].join(' ').slice(0, maxMessageLength);
}

/** With the policy LUDS: lower case, upper case, digits, symbols. */
interface LudsRequirements {
  readonly missing_characters: number;
  readonly missing_complexity: number;
}

function missingIn({ missing_characters, missing_complexity }: LudsRequirements): string[] {
  return [
    ...(missing_characters > 0 ? [`Add ${missing_characters} more characters`] : []),
    ...(missing_complexity > 0
      ? [`Use ${missing_complexity} more of these: lower-case letters, upper-case letters, digits, symbols`]
      : []),
  ];
}

const asSentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);
