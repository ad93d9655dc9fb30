import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, type UserSession } from 'nestjs-stytch';
import { dashboardPage } from './pages/dashboard.page.js';
import { HtmlPage } from './pages/html-page.decorator.js';

/** A page for people who are signed in. Others are sent to the login page, and brought back. */
@Protected()
@Controller('dashboard')
export class DashboardController {
  @Get()
  @HtmlPage()
  show(@CurrentSession() session: UserSession): string {
    return dashboardPage(session, new Date());
  }
}
