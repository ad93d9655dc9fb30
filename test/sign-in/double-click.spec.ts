import { Controller, Get } from '@nestjs/common';
import { Protected } from 'nestjs-stytch';
import { linkAskedForBy } from '../support/links.js';
import { callsTo, cookiesSetBy, jwtCookie } from '../support/sessions.js';
import { useApplication } from '../support/use-application.js';

let onSignInSessionIds: string[] = [];

@Protected()
@Controller('account')
class AccountController {
  @Get()
  show() {
    return {};
  }
}

describe('a double click on a magic link', () => {
  const stage = useApplication({
    platform: 'Express',
    controllers: [AccountController],
    options: {
      onSignIn: ({ sessionId }) => {
        onSignInSessionIds.push(sessionId);
      },
    },
  });
  beforeEach(() => {
    onSignInSessionIds = [];
  });

  it('signs in once and responds to both requests with the same session', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const cookie = browser.cookieHeader;
    stage.emulator.requests.clear();

    const [first, second] = await Promise.all([
      stage.application.browser().get(callback, { cookie }),
      stage.application.browser().get(callback, { cookie }),
    ]);

    expect([first.status, second.status]).toEqual([303, 303]);
    expect(cookiesSetBy(first)[jwtCookie]).toEqual(cookiesSetBy(second)[jwtCookie]);
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/magic_links/authenticate']);
    expect(onSignInSessionIds).toHaveLength(1);
  });

  it('redirects the second request after the first one has completed', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const cookie = browser.cookieHeader;
    await browser.get(callback);

    const repeated = await stage.application.browser().get(callback, { cookie });

    expect([repeated.status, repeated.headers.get('location')]).toEqual([303, '/']);
  });

  it('rejects a second request that arrives six seconds after the first', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const cookie = browser.cookieHeader;
    await browser.get(callback);
    stage.emulator.clock.advance({ seconds: 6 });

    const late = await stage.application.browser().get(callback, { cookie });

    expect([late.status, late.json()]).toEqual([
      410,
      expect.objectContaining({ code: 'link_used_or_expired' }),
    ]);
  });

  it('does not sign in again if the user signed out between the two requests', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const cookie = browser.cookieHeader;
    await browser.get(callback);
    await browser.postJson('/auth/logout', {});

    const repeated = await stage.application.browser().get(callback, { cookie });

    expect([repeated.status, repeated.setCookies]).toEqual([410, []]);
  });

  it('does not share the session with another browser that opens the same link', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const { browser: otherBrowser } = await linkAskedForBy(stage, { email: 'grace@example.com' });
    await browser.get(callback);

    const otherResponse = await otherBrowser.get(callback);

    expect(otherResponse.status).toBe(410);
    expect(Object.keys(cookiesSetBy(otherResponse))).toEqual([]);
  });
});
