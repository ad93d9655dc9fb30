import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { StytchModule } from 'nestjs-stytch';
import { startStytchEmulator } from 'stytch-emulator';
import { DashboardController } from './dashboard.controller.js';
import { HomeController } from './home.controller.js';
import { MeController } from './me.controller.js';
import { demoMethods } from './sign-in-methods.js';
import { SharedState } from './shared-state.js';
import { StytchConnection } from './stytch-connection.js';
import { StytchConnectionModule } from './stytch-connection.module.js';

/** Ignored by git. Keys, users and sessions are stored here, so that a restart signs nobody out. */
const dataDirectory = '.stytch-emulator';

const connection = StytchConnectionModule.with(({ port }) => startStytchEmulator({ port, dataDirectory }));

@Module({
  imports: [
    // Reads .env if it exists.
    ConfigModule.forRoot(),
    connection,
    StytchModule.forRootAsync({
      // POST /login, GET /authenticate, POST /logout: without prefix, as in Stytch's quickstart.
      routes: { path: '' },
      imports: [connection],
      inject: [StytchConnection, SharedState],
      useFactory: ({ options, inboxUrl }: StytchConnection, shared: SharedState) => ({
        ...options,
        ...shared.options,
        methods: demoMethods({ hasEmulator: inboxUrl !== undefined, publicToken: options.publicToken }),
        pages: { login: '/', sent: '/check-your-inbox', afterLogin: '/dashboard', afterLogout: '/' },
      }),
    }),
  ],
  controllers: [HomeController, DashboardController, MeController],
})
export class DemoModule {}
