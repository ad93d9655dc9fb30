import type { AuthPage } from '../../ports/page-renderer.js';
import { renderConfirmPage } from './confirm-page.js';
import { renderLoginPage } from './login-page.js';
import { renderNoticePage, renderSentPage } from './notice-pages.js';

/** The pages of the package; `pages.render` replaces this. */
export function renderPage(page: AuthPage): string {
  switch (page.name) {
    case 'login':
      return renderLoginPage(page);
    case 'sent':
      return renderSentPage(page);
    case 'confirm':
      return renderConfirmPage(page);
    case 'notice':
      return renderNoticePage(page);
  }
}
