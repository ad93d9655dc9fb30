import type { RefusalCode } from '../../errors/refusal.js';
import type { NoticePage } from '../../ports/page-renderer.js';
import { renderDocument } from './document.js';
import { html, type Html } from './html.js';

/** What went wrong and what the user can do about it. */
const notices: Partial<Record<RefusalCode, { title: string; text: string | Html }>> = {
  link_for_another_browser: {
    title: 'Open the link in the browser you started with',
    text: html`For your security, this link only works in the browser where you requested it. It hasn't been
    used: open it there, or request a new link in this browser.`,
  },
  link_not_confirmed: {
    title: 'Open the link again',
    text: html`This confirmation has expired or was started in another browser. Your link hasn't been used.`,
  },
  link_used_or_expired: {
    title: 'This link no longer works',
    text: 'It has expired or was already used. Please request a new link.',
  },
  link_invalid: {
    title: 'This link is incomplete',
    text: 'Part of it may be missing. Open it again from your email, or request a new link.',
  },
  sign_in_not_started: {
    title: 'Please start again',
    text: 'This sign-in has expired or was started in another browser.',
  },
  factor_not_added: {
    title: 'Please start again',
    text: 'In the meantime, you were signed out or signed in as somebody else, or this was for another account.',
  },
  sign_in_refused: {
    title: 'No access to this application',
    text: html`You proved who you are, but this account doesn't have access to this application.`,
  },
  oauth_denied: {
    title: 'Sign-in canceled',
    text: html`You didn't allow access to your account. To sign in, start again and allow it, or sign in
    another way.`,
  },
  oauth_failed: {
    title: 'Sign-in failed',
    text: html`The sign-in with this provider didn't work. Please start again. If it fails once more, sign in
    another way.`,
  },
  oauth_email_missing: {
    title: 'Your email address is missing',
    text: html`The provider didn't confirm an email address of this account. Verify your address there and
    allow access to it, or sign in another way.`,
  },
  step_up_required: {
    title: 'Please sign in again',
    text: 'For your security, this requires that you have signed in a moment ago.',
  },
  second_factor_required: {
    title: 'A second factor is required',
    text: html`This organization requires a second factor, such as a code from an authenticator app, which
    this application doesn't support yet. You haven't been signed in. Please contact your administrator.`,
  },
  organization_unavailable: {
    title: 'This organization is not available',
    text: html`It doesn't exist, or you don't have access to it. If you should, ask its administrator for an
    invitation.`,
  },
  organization_suspended: {
    title: 'This organization is suspended',
    text: 'Nobody can sign in to it at the moment. Please contact its administrator.',
  },
  organization_join_refused: {
    title: "You aren't a member of this organization",
    text: html`You proved who you are, but this organization doesn't let people join by themselves. Ask its
    administrator for an invitation.`,
  },
  organization_sign_in_required: {
    title: 'Please sign in to this organization',
    text: html`It requires another way of signing in than the one you used. You're still signed in to the
    organization you came from.`,
  },
  organization_creation_refused: {
    title: "Organizations can't be created here",
    text: 'To join an existing one, ask its administrator for an invitation.',
  },
  organization_invalid: {
    title: 'This address is incomplete',
    text: html`It names no organization. Check the address, or ask your administrator for the right one.`,
  },
  sign_in_method_refused: {
    title: 'Sign in another way',
    text: "This organization doesn't allow this way of signing in. Go back and choose another one.",
  },
  sign_in_host_refused: {
    title: "You can't sign in at this address",
    text: html`Go to the sign-in page to continue. If you come back to this page, something is misconfigured
    on our side. Please try again later.`,
  },
  // Also shown when signing out on all devices fails.
  stytch_unavailable: {
    title: 'Temporarily unavailable',
    text: html`We couldn't complete your request right now. Please try again in a minute. If a sign-in link no
    longer works then, request a new one.`,
  },
  clock_skew: {
    title: 'Temporarily unavailable',
    text: 'Something is misconfigured on our side. Please try again later.',
  },
  rate_limited: {
    title: 'Please try again later',
    text: 'Too many sign-in attempts. Please wait a few minutes. Links you already received still work.',
  },
  cross_site_refused: {
    title: 'Request blocked',
    text: 'This request came from another site, so we blocked it for your security. Please start again from here.',
  },
};

export function renderNoticePage({ code, message, loginPath }: NoticePage): string {
  const { title, text } = notices[code] ?? { title: 'Something went wrong', text: message };
  return renderDocument(
    title,
    html`<p>${text}</p>
      ${loginPath && html`<a class="button" href="${loginPath}">Go to sign in</a>`}`,
  );
}
