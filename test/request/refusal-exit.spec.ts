import {
  Catch,
  Controller,
  Get,
  HttpException,
  Req,
  Res,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core';
import {
  Protected,
  Public,
  SignIn,
  StytchEvents,
  StytchRefusalException,
  StytchRefusals,
} from 'nestjs-stytch';
import { callsTo } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

@Protected()
@Controller('orders')
class OrdersController {
  @Get()
  list() {
    return [];
  }
}

@Public()
@Controller('account')
class AccountController {
  constructor(
    private readonly signIn: SignIn,
    private readonly refusals: StytchRefusals,
  ) {}

  @Get('callback')
  async callback(@Req() request: object, @Res({ passthrough: true }) response: object) {
    const result = await this.signIn.complete(request, response);
    if (result.kind === 'refused') throw this.refusals.toException(result.refusal, request, response);
    return result;
  }
}

/** The exceptions that reached the filter. */
const caught: unknown[] = [];

/** Replaces every error body, as applications with an error format of their own do. */
@Catch()
class CatchAllFilter implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    caught.push(exception);
    const status = exception instanceof HttpException ? exception.getStatus() : 500;
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), { ours: true }, status);
  }
}

const page = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

describePlatforms('a refusal in an application with a catch-all exception filter', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [OrdersController, AccountController],
    providers: [{ provide: APP_FILTER, useClass: CatchAllFilter }],
  });

  beforeEach(() => {
    caught.length = 0;
  });

  it('keeps the headers of a 401', async () => {
    const response = await stage.application.browser().get('/orders');

    expect([response.status, response.json()]).toEqual([401, { ours: true }]);
    expect(response.headers.get('www-authenticate')).toBe('Session error="session_missing"');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('keeps the Retry-After of a 503', async () => {
    const { emulator, application } = stage;
    const { session_jwt } = await emulator.sessions.create({ email: 'ada@example.com' });
    emulator.clock.advance({ minutes: 6 });
    emulator.faults.add({ path: '/v1/sessions/authenticate', kind: 'status', status: 500 });
    const response = await application
      .browser()
      .get('/orders', { cookie: `stytch_session_jwt=${session_jwt}` });

    expect([response.status, response.json()]).toEqual([503, { ours: true }]);
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(callsTo(emulator)).toEqual(['POST /v1/sessions/authenticate']);
  });

  it('redirects a page load to the login page, with a StytchRefusalException of status 303', async () => {
    const response = await stage.application.browser().get('/orders?page=2', page);

    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/auth/login?return_to=%2Forders%3Fpage%3D2');
    expect(caught).toEqual([expect.any(StytchRefusalException)]);
    expect(caught[0]).toMatchObject({ code: 'session_missing' });
    expect((caught[0] as StytchRefusalException).getResponse()).toEqual({
      statusCode: 303,
      error: 'See Other',
      message: 'Sign in to continue.',
      code: 'session_missing',
    });
  });

  it('has the headers and the event in a custom controller too', async () => {
    const codes: string[] = [];
    const { app } = stage.application;
    const unsubscribe = app.get(StytchEvents).subscribe((event) => {
      if (event.type === 'refused') codes.push(event.code);
    });
    const response = await stage.application.browser().get('/account/callback?token=too-short');
    unsubscribe();

    expect([response.status, response.json()]).toEqual([400, { ours: true }]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(codes).toEqual(['link_invalid']);
  });

  it('is a page, and not the body of the filter, for a person on a login route', async () => {
    const response = await stage.application.browser().get('/auth/authenticate?token=too-short', page);

    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(caught).toEqual([]);
  });
});
