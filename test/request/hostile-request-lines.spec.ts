import { request as httpRequest } from 'node:http';
import { Controller, Get } from '@nestjs/common';
import { Protected } from 'nestjs-stytch';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

let handlersRun = 0;

@Protected()
@Controller()
class EverythingController {
  @Get('*')
  show() {
    handlersRun += 1;
    return 'shown';
  }
}

describePlatforms('a request line that is not a valid URL', (platform) => {
  const stage = useApplication({ platform, controllers: [EverythingController] });

  it.each(['//[/orders', '//[', '/orders?%zz', '/orders?\\', '//evil.example/orders'])(
    'is redirected to the login page of this application and nowhere else: %s',
    async (target) => {
      const { status, location } = await sendRequestLine(stage.application.url, target);

      expect([status, location, handlersRun]).toEqual([
        303,
        `/auth/login?${new URLSearchParams({ return_to: target }).toString()}`,
        0,
      ]);
    },
  );
});

describePlatforms('a request line that is a complete URL with an invalid port', (platform) => {
  const stage = useApplication({ platform });

  it.each(['/auth/login', '/auth/login?return_to=%2Forders', '/auth/session', '/auth/authenticate?token=x'])(
    'gets the response for its path or 400: %s',
    async (path) => {
      const { status } = await sendRequestLine(stage.application.url, `http://x:99999${path}`);

      const statusOnExpress = path.includes('authenticate') ? 400 : 200;
      expect(status).toBe(platform === 'Express' ? statusOnExpress : 400);
    },
  );
});

/** Sends a request line without normalizing it. */
function sendRequestLine(url: string, target: string): Promise<{ status?: number; location?: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    httpRequest(
      { hostname, port, path: target, agent: false, headers: { accept: 'text/html' } },
      (response) => {
        response.resume();
        const { statusCode, headers } = response;
        resolve({
          ...(statusCode !== undefined && { status: statusCode }),
          ...(headers.location !== undefined && { location: headers.location }),
        });
      },
    )
      .on('error', reject)
      .end();
  });
}
