import { Body, Controller, Get, Inject, Post, Query, Redirect } from '@nestjs/common';
import { CurrentSession, Protected, RequireRoles, type MemberSession } from 'nestjs-stytch';
import { ActingMember, InjectStytchB2BClient, type ActingMemberOptions } from 'nestjs-stytch/b2b';
import { StytchError, type B2BClient } from 'stytch';
import { demoConfig, type DemoConfig } from '../demo.config.js';
import { HtmlPage } from '../pages/html-page.decorator.js';
import { administration, organizationPage, type InvitationResult } from './pages/organization.page.js';

const adminRole = 'stytch_admin';

/**
 * The pages of an organization. The option `organizations.tenant` compares `:organization` with the session, so a
 * member of another organization is refused and offered to switch.
 */
@Protected()
@Controller('orgs/:organization')
export class OrganizationController {
  constructor(
    @InjectStytchB2BClient() private readonly stytch: B2BClient,
    @Inject(demoConfig.KEY) private readonly config: DemoConfig,
  ) {}

  @Get()
  @HtmlPage()
  async show(
    @CurrentSession() session: MemberSession,
    @ActingMember() actingMember: ActingMemberOptions,
    @Query('invitation') invitation: unknown,
  ): Promise<string> {
    const now = new Date();
    if (!session.roles.includes(adminRole)) return organizationPage({ session, now });
    const { id, slug } = session.organization;
    // Stytch checks that this member may see the members.
    const { members } = await this.stytch.organizations.members.search(
      { organization_ids: [id], limit: 100 },
      actingMember,
    );
    const shown = { slug, members, invitation: readInvitation(invitation) };
    return organizationPage({ session, now, administration: administration(shown) });
  }

  @RequireRoles(adminRole)
  @Post('invitations')
  @Redirect('', 303)
  async invite(
    @CurrentSession() { organization }: MemberSession,
    @ActingMember() actingMember: ActingMemberOptions,
    @Body('email') email: unknown,
  ) {
    const result = await this.send(organization.id, email, actingMember);
    return { url: `/orgs/${encodeURIComponent(organization.slug)}?invitation=${result}` };
  }

  private async send(
    organizationId: string,
    email: unknown,
    actingMember: ActingMemberOptions,
  ): Promise<'sent' | 'refused'> {
    if (typeof email !== 'string') return 'refused';
    try {
      await this.stytch.magicLinks.email.invite(
        {
          organization_id: organizationId,
          email_address: email.trim(),
          invite_redirect_url: `${this.config.appUrl}/auth/authenticate`,
        },
        actingMember,
      );
      return 'sent';
    } catch (error) {
      if (error instanceof StytchError && error.status_code < 500) return 'refused';
      throw error;
    }
  }
}

const readInvitation = (value: unknown): InvitationResult =>
  value === 'sent' || value === 'refused' ? value : undefined;
