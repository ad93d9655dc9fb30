import type { DynamicModule } from '@nestjs/common';
import { expectTypeOf } from 'expect-type';
import {
  stytchConfig,
  StytchModule,
  type UserSession,
  type SignInDetails,
  type StytchModuleOptions,
  type StytchOptionsFactory,
} from 'nestjs-stytch';

declare const options: StytchModuleOptions;

// forRoot: without options, or with dynamic and static options together.
expectTypeOf(StytchModule.forRoot()).toEqualTypeOf<DynamicModule>();
StytchModule.forRoot({ ...options, protection: 'opt-out', routes: { path: 'account' }, guard: false });
// @ts-expect-error -- projectId is required
StytchModule.forRoot({ secret: '', appUrl: '' });
// @ts-expect-error -- unknown option
StytchModule.forRoot({ ...options, sesion: {} });
// @ts-expect-error -- protection is opt-in or opt-out
StytchModule.forRoot({ ...options, protection: 'all' });

// forRootAsync: static options next to the factory.
StytchModule.forRootAsync({ useFactory: () => options, isGlobal: false, routes: false });
StytchModule.forRootAsync({ useFactory: async () => Promise.resolve(options), guard: false });
StytchModule.forRootAsync({ ...stytchConfig.asProvider(), protection: 'opt-out' });

class OptionsFactory implements StytchOptionsFactory {
  createStytchOptions(): StytchModuleOptions {
    return options;
  }
}
StytchModule.forRootAsync({ useClass: OptionsFactory, startupCheck: { ignore: [OptionsFactory] } });
StytchModule.forRootAsync({ useExisting: OptionsFactory });

// @ts-expect-error -- projectId is required
StytchModule.forRootAsync({ useFactory: () => ({ secret: '', appUrl: '' }) });
// @ts-expect-error -- a factory class has createStytchOptions()
StytchModule.forRootAsync({ useClass: Date });
// @ts-expect-error -- a factory can't return static options
StytchModule.forRootAsync({ useFactory: () => ({ ...options, protection: 'opt-out' }) });
expectTypeOf<StytchModuleOptions>().not.toHaveProperty('protection');
expectTypeOf<StytchModuleOptions>().not.toHaveProperty('routes');
expectTypeOf<StytchModuleOptions>().not.toHaveProperty('guard');

// onSignIn: session and details are the parameters; the result may be a promise.
type OnSignIn = NonNullable<StytchModuleOptions['onSignIn']>;
expectTypeOf<OnSignIn>().parameters.toEqualTypeOf<[session: UserSession, details: SignInDetails]>();
expectTypeOf<() => Promise<boolean>>().toExtend<OnSignIn>();
expectTypeOf<() => void>().toExtend<OnSignIn>();
expectTypeOf<() => string>().not.toExtend<OnSignIn>();
