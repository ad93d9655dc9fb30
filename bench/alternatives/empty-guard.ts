import type { CanActivate } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Alternative } from './alternative.js';

/** What Nest itself takes for having a guard at all. */
export function emptyGuard(): Alternative {
  const guard: CanActivate = { canActivate: () => true };
  return { providers: [{ provide: APP_GUARD, useValue: guard }] };
}
