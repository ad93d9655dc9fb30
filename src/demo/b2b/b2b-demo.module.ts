import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { emailMagicLinks, emailOtp, oauth, StytchB2BModule } from 'nestjs-stytch/b2b';
import { startStytchEmulator } from 'stytch-emulator';
import { SharedState } from '../shared-state.js';
import { StytchConnection } from '../stytch-connection.js';
import { StytchConnectionModule } from '../stytch-connection.module.js';
import { DashboardController } from './dashboard.controller.js';
import { exampleOrganizations } from './example-organizations.js';
import { HomeController } from './home.controller.js';
import { OrganizationController } from './organization.controller.js';

const connection = StytchConnectionModule.with(({ port }) =>
  startStytchEmulator({
    product: 'b2b',
    port,
    // Ignored by git. Organizations, members and sessions are stored here, so that a restart signs nobody out.
    dataDirectory: '.stytch-emulator-b2b',
    seed: { organizations: exampleOrganizations },
  }),
);

@Module({
  imports: [
    // Reads .env if it exists.
    ConfigModule.forRoot(),
    connection,
    StytchB2BModule.forRootAsync({
      imports: [connection],
      inject: [StytchConnection, SharedState],
      useFactory: ({ options }: StytchConnection, shared: SharedState) => ({
        ...options,
        ...shared.options,
        methods: [
          emailMagicLinks(),
          emailOtp(),
          ...(options.publicToken === undefined ? [] : [oauth(['google', 'github'])]),
        ],
        organizations: { create: 'allow', tenant: { path: ':organization' } },
        pages: { afterLogin: '/dashboard', afterLogout: '/' },
      }),
    }),
  ],
  controllers: [HomeController, DashboardController, OrganizationController],
})
export class B2BDemoModule {}
