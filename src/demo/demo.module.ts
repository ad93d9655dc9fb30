import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { StytchModule } from 'nestjs-stytch';
import { DashboardController } from './dashboard.controller.js';
import { HomeController } from './home.controller.js';
import { MeController } from './me.controller.js';
import { WhereStytchIs } from './where-stytch-is.js';
import { WhereStytchIsModule } from './where-stytch-is.module.js';

@Module({
  imports: [
    // Reads .env, if there is one.
    ConfigModule.forRoot(),
    WhereStytchIsModule,
    StytchModule.forRootAsync({
      // POST /login, GET /authenticate, POST /logout: at the top, as in Stytch's quickstart.
      routes: { path: '' },
      imports: [WhereStytchIsModule],
      inject: [WhereStytchIs],
      useFactory: ({ options }: WhereStytchIs) => ({
        ...options,
        pages: { login: '/', sent: '/check-your-inbox', afterLogin: '/dashboard', afterLogout: '/' },
      }),
    }),
  ],
  controllers: [HomeController, DashboardController, MeController],
})
export class DemoModule {}
