import { type Resource } from '../../resource.js';
import { type B2B } from '../b2b.js';
import { type EmailLink } from '../email-links/email-link.js';
import { followEmailLink, redirectPath } from '../email-links/follow-email-link.js';
import { authenticate } from './authenticate.js';
import { authenticateDiscovery, sendDiscovery } from './discovery.js';
import { invite } from './invite.js';
import { loginOrSignup } from './login-or-signup.js';
import { magicLinksSdkRoutes } from './magic-links.sdk-routes.js';

export function magicLinksResource(b2b: B2B): Resource {
  const { emailLinks } = b2b;
  b2b.members.onDelete(({ memberId }) => {
    emailLinks.revokeAllOf(memberId);
  });
  return {
    name: 'magicLinks',
    routes: {
      'POST /v1/b2b/magic_links/authenticate': ({ fields }) => authenticate(b2b, fields),
      'POST /v1/b2b/magic_links/discovery/authenticate': ({ fields }) => authenticateDiscovery(b2b, fields),
      'POST /v1/b2b/magic_links/email/discovery/send': ({ fields }) => sendDiscovery(b2b, fields),
      'POST /v1/b2b/magic_links/email/invite': (call) => invite(b2b, call),
      'POST /v1/b2b/magic_links/email/login_or_signup': ({ fields }) => loginOrSignup(b2b, fields),
    },
    sdkRoutes: magicLinksSdkRoutes(b2b),
    pages: { [`GET ${redirectPath}`]: (c) => followEmailLink(c, b2b) },
    entries: emailLinks.entries,
    tidy() {
      emailLinks.removeOld();
    },
    messageStatus(message) {
      const link = message.kind === 'link' ? emailLinks.find(message.token) : undefined;
      return link && { ...link, state: emailLinks.stateOf(link), details: details(link) };
    },
  };
}

function details({ redirectUrl, codeChallenge }: EmailLink): [label: string, text: string][] {
  return [
    ['Redirect URL', redirectUrl],
    [
      'PKCE',
      codeChallenge === null ? 'No: works in any browser' : 'Yes: works in the requesting browser only',
    ],
  ];
}
