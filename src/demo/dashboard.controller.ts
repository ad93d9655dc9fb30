import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, type UserSession } from 'nestjs-stytch';
import { dashboardPage } from './pages/dashboard.page.js';
import { HtmlPage } from './pages/html-page.decorator.js';

/** A protected page. Visitors who are not signed in are redirected to the login page and back afterwards. */
@Protected()
@Controller('dashboard')
export class DashboardController {
  @Get()
  @HtmlPage()
  show(@CurrentSession() session: UserSession): string {
    return dashboardPage(session, new Date());
  }
}
