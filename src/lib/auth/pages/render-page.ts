import type { AuthPage } from '../../ports/page-renderer.js';
import { renderCodePage } from './code-page.js';
import { renderConfirmPage } from './confirm-page.js';
import { renderLoginPage } from './login-page.js';
import { renderNoticePage } from './notice-page.js';
import { renderOrganizationsPage } from './organizations-page.js';
import { renderRedirectPage } from './redirect-page.js';
import { renderSentPage } from './sent-page.js';
import { renderSwitchPage } from './switch-page.js';

/** The default renderer; replaced by `pages.render`. */
export function renderPage(page: AuthPage): string {
  switch (page.name) {
    case 'login':
      return renderLoginPage(page);
    case 'code':
      return renderCodePage(page);
    case 'redirect':
      return renderRedirectPage(page);
    case 'sent':
      return renderSentPage(page);
    case 'confirm':
      return renderConfirmPage(page);
    case 'organizations':
      return renderOrganizationsPage(page);
    case 'switch':
      return renderSwitchPage(page);
    case 'notice':
      return renderNoticePage(page);
  }
}
