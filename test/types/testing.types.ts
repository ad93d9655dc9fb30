import type { INestApplication } from '@nestjs/common';
import type { TestingModuleBuilder } from '@nestjs/testing';
import { expectTypeOf } from 'expect-type';
import {
  sessionCookieNames,
  StytchModule,
  type ConnectedApp,
  type M2MClient,
  type SessionCookieNames,
  type StytchModuleOptions,
  type UserSession,
} from 'nestjs-stytch';
import {
  aClient,
  aConnectedApp,
  aSession,
  signIn,
  stytchOptionsFor,
  testSessions,
  withStytchEmulator,
  type OverridableModule,
  type TestApplication,
} from 'nestjs-stytch/testing';
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

// Sessions and clients have the types that handlers and services take.
expectTypeOf(aSession).returns.toEqualTypeOf<UserSession>();
expectTypeOf(aSession).toBeCallableWith({ email: 'ada@example.com', roles: ['editor'] });
expectTypeOf(aClient).returns.toEqualTypeOf<M2MClient>();
expectTypeOf(aConnectedApp).returns.toEqualTypeOf<ConnectedApp>();
// @ts-expect-error -- what is derived from Stytch's claims has no other name
aSession({ user: 'ada' });
// @ts-expect-error -- a connected app has a scope
aConnectedApp({});

// The builder of @nestjs/testing keeps its type, and headers fit any client.
expectTypeOf<TestingModuleBuilder>().toExtend<OverridableModule>();
export const overrideSessions = (builder: TestingModuleBuilder) => testSessions().override(builder);
expectTypeOf(overrideSessions).returns.toEqualTypeOf<TestingModuleBuilder>();
expectTypeOf(testSessions().signedInAs).returns.toEqualTypeOf<Record<string, string>>();
// @ts-expect-error -- actions are listed by resource
testSessions({ policy: { roles: { editor: ['documents:write'] } } });
