import { Module, type DynamicModule } from '@nestjs/common';
import { StytchModule, type StytchModuleOptions } from 'nestjs-stytch';
import { DashboardController } from './dashboard.controller.js';

/** What depends on the environment. */
export type StytchSettings = Pick<
  StytchModuleOptions,
  'projectId' | 'secret' | 'apiUrl' | 'appUrl' | 'trustedOrigins' | 'clock'
>;

@Module({ controllers: [DashboardController] })
export class AppModule {
  static with(settings: StytchSettings): DynamicModule {
    const stytch = StytchModule.forRoot({
      ...settings,
      // Sign-in is the SDK's, so the server needs no routes for it.
      methods: [],
      // With cookies: the SDK reads and writes the session cookies in the page, so they can't be HttpOnly.
      cookies: { readableByBrowserSdk: true },
      // With a bearer token: protected handlers accept it besides the cookies, and POST /auth/logout does.
      credentials: ['cookie', 'bearer'],
    });
    return { module: AppModule, imports: [stytch] };
  }
}
