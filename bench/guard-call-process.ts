// Measures calls of the guard without a server around them, and reports their CPU time in rounds:
//
//   node guard-call-process.js <project as JSON> <session JWT>
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Protected, RequirePermission, RequireRoles, SessionGuard, StytchModule } from 'nestjs-stytch';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { jwtCookie, type StytchProject } from './alternatives/alternative.js';
import { alternate, timed, type Contestant } from './measure.js';
import { checkSignature } from './signature-check.js';

/** Few contexts are alive at a time, so that collecting them takes little of the time that is measured. */
const callsPerBatch = 50;
const batchesPerRound = 40;
const schedule = { rounds: 100, warmUp: 50 };

@Controller()
class Handlers {
  @Get('session')
  @Protected()
  session() {
    return 'session';
  }

  @Get('requirements')
  @RequirePermission('dashboard', 'read')
  @RequireRoles('stytch_user')
  requirements() {
    return 'requirements';
  }
}

const [project, sessionJwt] = process.argv.slice(2) as [string, string];

@Module({
  imports: [
    StytchModule.forRoot({ ...(JSON.parse(project) as StytchProject), appUrl: 'http://localhost:3000' }),
  ],
  controllers: [Handlers],
})
class ApplicationModule {}

type HandlerName = keyof Handlers;

// eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class
const app = await NestFactory.create(ApplicationModule, { logger: false });
await app.init();
const guard = app.get(SessionGuard);
// Fetches the keys and the policy.
for (const name of ['session', 'requirements'] as const) await guard.canActivate(newContext(name));

const measured = await alternate(
  [
    signature(),
    guarded('nestjs-stytch', 'session'),
    guarded('nestjs-stytch, two requirements', 'requirements'),
  ],
  schedule,
);
process.send?.(measured, () => process.exit());

function guarded(name: string, handler: HandlerName): Contestant<'cpuUs'> {
  return {
    name,
    async round() {
      // The guard's calls to Stytch in the background make progress only between rounds.
      await eventLoopTurn();
      let cpuUs = 0;
      for (let batch = 0; batch < batchesPerRound; batch += 1) cpuUs += (await measureBatch(handler)).cpuUs;
      return { cpuUs: cpuUs / (batchesPerRound * callsPerBatch) };
    },
  };
}

function measureBatch(handler: HandlerName) {
  const contexts = Array.from({ length: callsPerBatch }, () => newContext(handler));
  return timed(() => {
    for (const context of contexts)
      if (guard.canActivate(context) !== true) throw new Error('The guard had to wait.');
  });
}

/** The context of a new request. */
function newContext(handler: HandlerName): ExecutionContextHost {
  const request = new IncomingMessage(new Socket());
  request.method = 'GET';
  request.url = '/';
  // A new string as in each request, so that V8 has not cached its hash.
  const cookie = Buffer.from(`theme=dark; ${jwtCookie}=${sessionJwt}`, 'latin1').toString('latin1');
  request.headers = { host: 'localhost:3000', cookie };
  const response = new ServerResponse(request);
  // eslint-disable-next-line @typescript-eslint/unbound-method -- the guard reads its metadata
  const method = Handlers.prototype[handler];
  const context = new ExecutionContextHost([request, response], Handlers, method);
  context.setType('http');
  return context;
}

function signature(): Contestant<'cpuUs'> {
  const times = 50;
  return {
    name: 'crypto.verify',
    async round() {
      const { cpuUs } = await timed(() => {
        checkSignature(times);
      });
      return { cpuUs: cpuUs / times };
    },
  };
}
