import { UseGuards, type CanActivate } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Alternative } from './alternative.js';

/** The cost of a guard in Nest itself. */
export function emptyGuard(): Alternative {
  const guard: CanActivate = { canActivate: () => true };
  return { providers: [{ provide: APP_GUARD, useValue: guard }] };
}

/** One guard bound globally and one at the controller, as with `@Protected()`. */
export const twoEmptyGuards = (): Alternative => ({
  ...emptyGuard(),
  controllerDecorator: UseGuards({ canActivate: () => true }),
});
