import { Controller, Get } from '@nestjs/common';
import { Protected } from 'nestjs-stytch';
import { linkAskedForBy } from '../support/links.js';
import { callsTo, cookiesSetBy, jwtCookie } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

let greeted: string[] = [];

@Protected()
@Controller('account')
class AccountController {
  @Get()
  show() {
    return {};
  }
}

describePlatforms('a double click on the link', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [AccountController],
    options: {
      onSignIn: ({ sessionId }) => {
        greeted.push(sessionId);
      },
    },
  });
  beforeEach(() => {
    greeted = [];
  });

  it('signs in once, and either answer carries the same session', async () => {
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
    expect(greeted).toHaveLength(1);
  });

  it('is still answered when the first click was answered already', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const cookie = browser.cookieHeader;
    await browser.get(callback);

    const again = await stage.application.browser().get(callback, { cookie });

    expect([again.status, again.headers.get('location')]).toEqual([303, '/']);
  });

  it('is too late after some seconds: the link is used up', async () => {
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

  it('does not sign in again whoever signed out meanwhile', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const cookie = browser.cookieHeader;
    await browser.get(callback);
    await browser.postJson('/auth/logout', {});

    const again = await stage.application.browser().get(callback, { cookie });

    expect([again.status, again.setCookies]).toEqual([410, []]);
  });

  it('shares nothing with another browser that has the link', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const other = await linkAskedForBy(stage, { email: 'grace@example.com' });
    await browser.get(callback);

    const stolen = await other.browser.get(callback);

    expect(stolen.status).toBe(410);
    expect(Object.keys(cookiesSetBy(stolen))).toEqual([]);
  });
});
