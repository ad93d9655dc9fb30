import type { Alternative, StytchProject } from './alternative.js';
import { emptyGuard, guardThatFindsTokens, guardThatVerifiesNothing, twoEmptyGuards } from './empty-guard.js';
import { noGuard } from './no-guard.js';
import { oursForMembers, oursWithRedis } from './nestjs-stytch-integrations.js';
import { ours, oursWithRequirements } from './nestjs-stytch.js';
import { oauth2JwtBearer } from './oauth2-jwt-bearer.js';
import { passportJwt } from './passport-jwt.js';
import { quickstart } from './quickstart.js';
import { sdkGuard } from './sdk-guard.js';

/** By their names in the tables. */
export const alternatives = {
  'no guard': noGuard,
  'a guard that does nothing': emptyGuard,
  'two guards that do nothing': twoEmptyGuards,
  'two guards that verify nothing': guardThatVerifiesNothing,
  'two guards that find the token in a map': guardThatFindsTokens,
  'nestjs-stytch': ours,
  'nestjs-stytch, members': oursForMembers,
  'nestjs-stytch, two requirements': oursWithRequirements,
  'nestjs-stytch, with Redis': oursWithRedis,
  'SDK authenticateJwt, by hand': sdkGuard,
  'passport-jwt + jwks-rsa': passportJwt,
  'express-oauth2-jwt-bearer': oauth2JwtBearer,
  'quickstart: a call per request': quickstart,
} satisfies Record<string, (project: StytchProject, redisUrl: string) => Alternative>;

export type AlternativeName = keyof typeof alternatives;
