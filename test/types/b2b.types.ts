import { expectTypeOf } from 'expect-type';
import { magicLinks, StytchModule, type StytchModuleOptions } from 'nestjs-stytch';
import {
  emailMagicLinks,
  emailOtp,
  oauth,
  StytchB2BModule,
  type B2BSignInMethod,
  type StytchB2BModuleOptions,
} from 'nestjs-stytch/b2b';

declare const options: StytchB2BModuleOptions;
declare const consumerOptions: StytchModuleOptions;

// Each module takes methods of its product only.
StytchB2BModule.forRoot({ ...options, methods: [emailMagicLinks(), emailOtp(), oauth(['google'])] });
// @ts-expect-error -- a method of a consumer project
StytchB2BModule.forRoot({ ...options, methods: [magicLinks()] });
// @ts-expect-error -- a method of a B2B project
StytchModule.forRoot({ ...consumerOptions, methods: [emailMagicLinks()] });

expectTypeOf<B2BSignInMethod['product']>().toEqualTypeOf<'b2b'>();
// @ts-expect-error -- no provider of B2B projects
oauth(['discord']);
// @ts-expect-error -- parameters of a provider that is not switched on
oauth(['google'], { providerParameters: { microsoft: {} } });
