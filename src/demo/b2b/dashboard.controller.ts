import { Controller, Get, Redirect } from '@nestjs/common';
import { Protected, type MemberOrganization } from 'nestjs-stytch';
import { CurrentOrganization } from 'nestjs-stytch/b2b';

/** Where a sign-in leads to: the page of the organization of the session. */
@Protected()
@Controller('dashboard')
export class DashboardController {
  @Get()
  @Redirect()
  show(@CurrentOrganization() { slug }: MemberOrganization) {
    return { url: `/orgs/${encodeURIComponent(slug)}` };
  }
}
