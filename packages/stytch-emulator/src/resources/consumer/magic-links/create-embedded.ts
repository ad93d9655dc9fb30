import { type Fields } from '../../../wire/fields.js';
import { readAttributes } from '../sign-in/attributes.js';
import { checkExpirationMinutes } from '../../sign-in/expiration-minutes.js';
import { expirationLimits } from './magic-link.js';
import { type Consumer } from '../consumer.js';

/** Creates a token that the application delivers itself. Using it verifies no email address. */
export function createEmbedded({ users, magicLinks, identifiers }: Consumer, fields: Fields) {
  const user = users.get(fields.string('user_id') ?? '');
  const link = magicLinks.create({
    kind: 'embedded',
    userId: user.userId,
    methodId: identifiers.id('embeddable-magic-link'),
    redirectUrl: null,
    codeChallenge: null,
    attributes: readAttributes(fields),
    expirationMinutes: checkExpirationMinutes(
      fields.integer('expiration_minutes'),
      expirationLimits.embedded,
    ),
  });
  return { user_id: user.userId, token: link.token };
}
