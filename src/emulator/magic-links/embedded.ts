import { type Fields } from '../api/fields.js';
import { type EmulatedProject } from '../emulated-project.js';
import { attributesIn } from './attributes.js';
import { lifeMinutes } from './life-minutes.js';

/** Makes a token that the application delivers in its own way. It proves no email address. */
export function createEmbedded({ users, magicLinks, identifiers }: EmulatedProject, fields: Fields) {
  const user = users.get(fields.string('user_id') ?? '');
  const link = magicLinks.create({
    kind: 'embedded',
    userId: user.userId,
    methodId: identifiers.id('embeddable-magic-link'),
    redirectUrl: null,
    codeChallenge: null,
    attributes: attributesIn(fields),
    lifeMinutes: lifeMinutes('embedded', fields.integer('expiration_minutes')),
  });
  return { user_id: user.userId, token: link.token };
}
