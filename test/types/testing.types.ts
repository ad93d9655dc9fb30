import type { INestApplication } from '@nestjs/common';
import { expectTypeOf } from 'expect-type';
import {
  sessionCookieNames,
  StytchModule,
  type SessionCookieNames,
  type StytchModuleOptions,
} from 'nestjs-stytch';
import { signIn, stytchOptionsFor, withStytchEmulator, type TestApplication } from 'nestjs-stytch/testing';
import type { TestBrowser, TestResponse } from 'nestjs-stytch/testing';

expectTypeOf<INestApplication>().toExtend<TestApplication>();
expectTypeOf(signIn).returns.resolves.toEqualTypeOf<TestBrowser>();
expectTypeOf<ReturnType<TestBrowser['get']>>().resolves.toEqualTypeOf<TestResponse>();

// The options for an emulator are complete, and spread into an application's own.
expectTypeOf(stytchOptionsFor).returns.toExtend<StytchModuleOptions>();
export const useEmulator = () =>
  withStytchEmulator((emulator) => {
    StytchModule.forRoot({ ...stytchOptionsFor(emulator), session: { durationMinutes: 5 } });
    return Promise.resolve(emulator.url);
  });
expectTypeOf(useEmulator).returns.resolves.toEqualTypeOf<string>();

// The options of a test, and those of any application, tell the cookie names.
export const cookieNames = () =>
  withStytchEmulator((emulator) => Promise.resolve(sessionCookieNames(stytchOptionsFor(emulator))));
expectTypeOf(cookieNames).returns.resolves.toEqualTypeOf<SessionCookieNames>();
expectTypeOf(sessionCookieNames).toBeCallableWith({} as StytchModuleOptions);
