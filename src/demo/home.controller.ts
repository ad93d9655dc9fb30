import { Controller, Get, Query } from '@nestjs/common';
import { CurrentSession, OptionalSession, type UserSession } from 'nestjs-stytch';
import { checkYourInboxPage } from './pages/check-your-inbox.page.js';
import { HtmlPage } from './pages/html-page.decorator.js';
import { loginPage, welcomeBackPage } from './pages/home.page.js';
import { StytchConnection } from './stytch-connection.js';

/** The public pages. */
@Controller()
export class HomeController {
  constructor(private readonly stytch: StytchConnection) {}

  /** Shows who is signed in, or the login form. A visitor refused at a page arrives with its address. */
  @OptionalSession()
  @Get()
  @HtmlPage()
  home(@CurrentSession() session: UserSession | undefined, @Query('return_to') returnTo: unknown): string {
    return session === undefined ? loginPage(returnTo, this.stytch.inboxUrl) : welcomeBackPage(session);
  }

  @Get('check-your-inbox')
  @HtmlPage()
  checkYourInbox(): string {
    return checkYourInboxPage(this.stytch.inboxUrl);
  }
}
