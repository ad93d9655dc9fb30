import { type HttpException } from '@nestjs/common';
import type { Request } from 'express';
import { expectTypeOf } from 'expect-type';
import {
  type StytchOptionsError,
  StytchRefusalException,
  type StytchStartupError,
  type Refusal,
  type RefusalCode,
  type Session,
  type SessionAuthenticationResult,
  type SignIn,
  type SignInResult,
  type SignInStartResult,
  type SignOut,
  type SignOutResult,
  type StytchEvent,
  type StytchEvents,
  type StytchOptionProblem,
  type StytchSessions,
  type StytchStartupProblem,
} from 'nestjs-stytch';

type ResultOf<Union extends { kind: string }, Kind extends Union['kind']> = Extract<Union, { kind: Kind }>;

// What the steps return is discriminated by kind.
expectTypeOf<ReturnType<SignIn['start']>>().resolves.toEqualTypeOf<SignInStartResult>();
expectTypeOf<ReturnType<SignIn['complete']>>().resolves.toEqualTypeOf<SignInResult>();
expectTypeOf<ReturnType<SignIn['confirm']>>().resolves.toEqualTypeOf<SignInResult>();
expectTypeOf<ReturnType<SignOut['signOut']>>().resolves.toEqualTypeOf<SignOutResult>();

expectTypeOf<SignInStartResult['kind']>().toEqualTypeOf<
  'sent' | 'redirect' | 'signed_in' | 'choose_organization' | 'refused'
>();
expectTypeOf<SignOutResult['kind']>().toEqualTypeOf<'signed_out' | 'refused'>();
expectTypeOf<SignInResult['kind']>().toEqualTypeOf<
  'signed_in' | 'choose_organization' | 'already_signed_in' | 'confirmation_required' | 'prefetch' | 'refused'
>();
expectTypeOf<ResultOf<SignInResult, 'signed_in'>['session']>().toEqualTypeOf<Session>();
expectTypeOf<ResultOf<SignInResult, 'signed_in'>['returnTo']>().toEqualTypeOf<string>();
expectTypeOf<ResultOf<SignInResult, 'confirmation_required'>['nonce']>().toEqualTypeOf<string>();
expectTypeOf<ResultOf<SignInResult, 'refused'>['refusal']>().toEqualTypeOf<Refusal>();
// Only results with a session have an address to return to.
expectTypeOf<ResultOf<SignInResult, 'prefetch'>>().not.toHaveProperty('returnTo');
expectTypeOf<ResultOf<SignInResult, 'refused'>>().not.toHaveProperty('session');

declare const sessions: StytchSessions;
declare const request: Request;
expectTypeOf(sessions.authenticate(request)).resolves.toEqualTypeOf<SessionAuthenticationResult>();
expectTypeOf(sessions.authenticate({ jwt: '' })).resolves.toEqualTypeOf<SessionAuthenticationResult>();
expectTypeOf<ResultOf<SessionAuthenticationResult, 'signed_in'>['session']>().toEqualTypeOf<Session>();
expectTypeOf<ResultOf<SessionAuthenticationResult, 'refused'>['refusal']>().toEqualTypeOf<Refusal>();

// Errors have a code that a switch can be exhaustive over.
expectTypeOf<StytchRefusalException>().toExtend<HttpException>();
expectTypeOf<StytchRefusalException['code']>().toEqualTypeOf<RefusalCode>();
expectTypeOf<Refusal['code']>().toEqualTypeOf<RefusalCode>();
expectTypeOf<'session_expired'>().toExtend<RefusalCode>();
expectTypeOf<string>().not.toExtend<RefusalCode>();
expectTypeOf(StytchRefusalException).toBeConstructibleWith({} as Refusal);
expectTypeOf<StytchOptionsError['problems']>().toEqualTypeOf<readonly StytchOptionProblem[]>();
expectTypeOf<StytchStartupError['problems']>().toEqualTypeOf<readonly StytchStartupProblem[]>();

// Events are discriminated by type.
expectTypeOf<Parameters<StytchEvents['subscribe']>[0]>().toEqualTypeOf<(event: StytchEvent) => void>();
expectTypeOf<Extract<StytchEvent, { type: 'refused' }>['code']>().toEqualTypeOf<RefusalCode>();
expectTypeOf<Extract<StytchEvent, { type: 'signed_in' }>['sessionId']>().toEqualTypeOf<string>();
expectTypeOf<StytchEvent['at']>().toEqualTypeOf<string>();
