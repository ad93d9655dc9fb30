import { Controller, Get, Module, type Type } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import type { Alternative } from './alternatives/alternative.js';

/** The same controller for all alternatives, but separate classes. */
export function applicationWith({ imports = [], providers = [], controllerDecorator }: Alternative): Type {
  @Controller('dashboard')
  class DashboardController {
    @Get()
    show() {
      return { greeting: 'You are logged in.' };
    }

    /** Waits as for a query of a database. */
    @Get('query')
    async query() {
      await delay(1);
      return { greeting: 'You are logged in.' };
    }
  }
  controllerDecorator?.(DashboardController);

  @Module({ imports, controllers: [DashboardController], providers })
  class ApplicationModule {}
  return ApplicationModule;
}
