import { Controller, Get, Inject } from '@nestjs/common';
import { CurrentSession, Protected, type UserSession } from 'nestjs-stytch';
import { demoConfig, type DemoConfig } from './demo.config.js';
import { dashboardPage } from './pages/dashboard.page.js';
import { HtmlPage } from './pages/html-page.decorator.js';

/** A protected page. Visitors who are not signed in are redirected to the login page and back afterwards. */
@Protected()
@Controller('dashboard')
export class DashboardController {
  constructor(@Inject(demoConfig.KEY) private readonly config: DemoConfig) {}

  @Get()
  @HtmlPage()
  show(@CurrentSession() session: UserSession): string {
    return dashboardPage(session, { now: new Date(), instance: this.config.instance });
  }
}
