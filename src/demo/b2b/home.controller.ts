import { Controller, Get } from '@nestjs/common';
import { CurrentSession, OptionalSession, type MemberSession } from 'nestjs-stytch';
import { HtmlPage } from '../pages/html-page.decorator.js';
import { StytchConnection } from '../stytch-connection.js';
import { signedOutPage, welcomeBackPage } from './pages/home.page.js';

/** The public page. */
@Controller()
export class HomeController {
  constructor(private readonly stytch: StytchConnection) {}

  @OptionalSession()
  @Get()
  @HtmlPage()
  home(@CurrentSession() session: MemberSession | undefined): string {
    return session === undefined ? signedOutPage(this.stytch.inboxUrl) : welcomeBackPage(session);
  }
}
