import { type Fields } from '../../../wire/fields.js';
import { checkStrength } from '../../passwords/password-strength.js';
import { readPassword } from '../../passwords/read-password.js';

export async function strengthCheck(fields: Fields) {
  const strength = await checkStrength(readPassword(fields), fields.string('email_address'));
  return {
    valid_password: strength.isValid,
    score: strength.score,
    breached_password: strength.isBreached,
    breach_detection_on_create: true,
    strength_policy: 'zxcvbn',
    zxcvbn_feedback: { warning: strength.warning, suggestions: strength.suggestions },
    luds_feedback: null,
  };
}
