import type { ServerResponse } from 'node:http';
import {
  Controller,
  Get,
  NotFoundException,
  Redirect,
  Res,
  Sse,
  StreamableFile,
  type MessageEvent,
} from '@nestjs/common';
import { Protected } from 'nestjs-stytch';
import { of, type Observable } from 'rxjs';
import { browserWithExpiredJwt, jwtCookie } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

type AnyResponse = ServerResponse | { raw: ServerResponse; hijack(): void };
function nodesResponse(response: AnyResponse): ServerResponse {
  if (!('raw' in response)) return response;
  response.hijack();
  return response.raw;
}

@Protected()
@Controller('responses')
class ResponsesController {
  @Get('exception')
  exception() {
    throw new NotFoundException();
  }
  @Get('failure')
  failure() {
    throw new Error('Something broke.');
  }
  @Get('nothing')
  nothing() {
    return undefined;
  }
  @Redirect('/elsewhere', 302)
  @Get('redirect')
  redirect() {
    return undefined;
  }
  @Get('file')
  file() {
    return new StreamableFile(Buffer.from('a file'));
  }
  @Sse('events')
  events(): Observable<MessageEvent> {
    return of({ data: 'one' });
  }
  @Get('head')
  head(@Res() response: AnyResponse) {
    nodesResponse(response)
      .writeHead(200, { 'Set-Cookie': ['seen=1'], 'Cache-Control': 'public, max-age=60' })
      .end('x');
  }
  @Get('flat-head')
  flatHead(@Res() response: AnyResponse) {
    nodesResponse(response)
      .writeHead(200, 'Fine', ['Set-Cookie', 'seen=1', 'Cache-Control', 'public'])
      .end('x');
  }
  @Get('flushed')
  flushed(@Res() response: AnyResponse) {
    const raw = nodesResponse(response);
    raw.setHeader('cache-control', 'public');
    raw.flushHeaders();
    raw.end('x');
  }
  @Get('removed')
  removed(@Res() response: AnyResponse) {
    const raw = nodesResponse(response);
    raw.removeHeader('set-cookie');
    raw.setHeader('set-cookie', 'seen=1');
    raw.end('x');
  }
}

describePlatforms('a refreshed session', (platform) => {
  const stage = useApplication({ platform, controllers: [ResponsesController] });

  it.each([
    ['exception', 404],
    ['failure', 500],
    ['nothing', 200],
    ['redirect', 302],
    ['file', 200],
    ['events', 200],
    ['head', 200],
    ['flat-head', 200],
    ['flushed', 200],
    ['removed', 200],
  ])('sets its cookie however the handler responds: %s with %d', async (path, status) => {
    const { browser } = await browserWithExpiredJwt(stage);

    const response = await browser.get(`/responses/${path}`);

    expect(response.status).toBe(status);
    const names = response.setCookies.map((cookie) => cookie.split('=')[0]);
    expect(names).toContain(jwtCookie);
    expect(new Set(names).size).toBe(names.length);
    expect(response.headers.get('cache-control')).toBe('no-store');
    if (['head', 'flat-head', 'removed'].includes(path)) expect(names).toContain('seen');
  });

  it('is not refreshed by a request without a route', async () => {
    const { browser } = await browserWithExpiredJwt(stage);

    const response = await browser.get('/responses/no-such-route');

    expect([response.status, response.setCookies]).toEqual([404, []]);
  });
});
