import { type Resource } from '../../resource.js';
import { authenticate } from './authenticate.js';
import { createEmbedded } from './create-embedded.js';
import { followMagicLink, redirectPath } from './follow-magic-link.js';
import { invite, revokeInvite } from './invite.js';
import { type Consumer } from '../consumer.js';
import { type MagicLink } from './magic-link.js';
import { magicLinksSdkRoutes } from './magic-links.sdk-routes.js';
import { loginOrCreate, send } from './send-email.js';

export function magicLinksResource(consumer: Consumer): Resource {
  const { magicLinks } = consumer;
  consumer.users.onDelete((userId) => {
    magicLinks.revokeAllOf(userId);
  });
  return {
    name: 'magicLinks',
    routes: {
      'POST /v1/magic_links': ({ fields }) => createEmbedded(consumer, fields),
      'POST /v1/magic_links/authenticate': ({ fields }) => authenticate(consumer, fields),
      'POST /v1/magic_links/email/invite': ({ fields }) => invite(consumer, fields),
      'POST /v1/magic_links/email/login_or_create': ({ fields }) => loginOrCreate(consumer, fields),
      'POST /v1/magic_links/email/revoke_invite': ({ fields }) => revokeInvite(consumer, fields),
      'POST /v1/magic_links/email/send': ({ fields }) => send(consumer, fields),
    },
    sdkRoutes: magicLinksSdkRoutes(consumer),
    pages: { [`GET ${redirectPath}`]: (c) => followMagicLink(c, consumer) },
    entries: magicLinks.entries,
    tidy() {
      magicLinks.removeOld();
    },
    messageStatus(message) {
      const link = message.kind === 'link' ? magicLinks.find(message.token) : undefined;
      return link && { ...link, state: magicLinks.stateOf(link), details: details(link) };
    },
  };
}

function details({ redirectUrl, codeChallenge }: MagicLink): [label: string, text: string][] {
  return [
    ['Redirect URL', redirectUrl ?? 'None'],
    [
      'PKCE',
      codeChallenge === null ? 'No: works in any browser' : 'Yes: works in the requesting browser only',
    ],
  ];
}
