import type { AuthPage } from '../../ports/page-renderer.js';
import { pageHeaders } from './page-headers.js';
import { renderPage } from './render-page.js';

const form = { action: '/auth/login', fields: [], hidden: {}, button: 'Sign in' };
const login: AuthPage = { name: 'login', forms: [{ method: 'magic-link', ...form }], links: [] };
const code: AuthPage = {
  name: 'code',
  method: 'email-otp',
  form,
  expiresInMinutes: 2,
  resend: { form, waitSeconds: 30 },
};
const confirm: AuthPage = { name: 'confirm', method: 'magic-link', tokenType: 'magic_links', form };
const switchPage: AuthPage = { name: 'switch', organization: 'acme', form };
const sent: AuthPage = { name: 'sent', expiresInMinutes: 60, binding: 'same-browser' };
const notice: AuthPage = { name: 'notice', code: 'link_invalid', message: 'A message.' };

/** SHA-256 of `a{}`, in base64. */
const hashOfRule = 'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk=';
const sourcesOf = (document: string) =>
  /style-src ([^;]*);/.exec(pageHeaders(sent, document, [])['content-security-policy'] ?? '')?.[1];

describe('pageHeaders', () => {
  it('forbids scripts, resources, forms, framing, referrers and caching on a page without a form', () => {
    expect(pageHeaders(sent, '<p>No style</p>', ['https://www.example.com'])).toEqual({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
    });
  });

  it.each([login, code, confirm, switchPage])(
    'allows the form of the $name page and sends its origin',
    (page) => {
      expect(pageHeaders(page, '<p>No style</p>', [])).toEqual({
        ...pageHeaders(sent, '<p>No style</p>', []),
        'content-security-policy':
          "default-src 'none'; style-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        'referrer-policy': 'strict-origin',
      });
    },
  );

  it('allows the form to redirect to the return origins', () => {
    const origins = new Set(['https://www.example.com', 'https://shop.example.com']);

    expect(pageHeaders(login, '', origins)['content-security-policy']).toBe(
      "default-src 'none'; style-src 'none'; form-action 'self' https://www.example.com https://shop.example.com; frame-ancestors 'none'; base-uri 'none'",
    );
  });

  it('treats a notice like any page without a form', () => {
    expect(pageHeaders(notice, '', [])).toEqual(pageHeaders(sent, '', []));
  });

  it.each([
    ['<style>a{}</style>'],
    ['<STYLE>a{}</STYLE>'],
    ['<style media="screen">a{}</style >'],
    ['<title>style</title><style\n>a{}</style>'],
  ])('allows the style of %j by its hash', (document) => {
    expect(sourcesOf(document)).toBe(`'${hashOfRule}'`);
  });

  it('allows every style of the document', () => {
    expect(sourcesOf('<style>a{}</style><style></style>')).toBe(
      `'${hashOfRule}' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='`,
    );
  });

  it.each(['<style>a{}\r\n</style>', '<style>a{}\r</style>'])(
    'hashes the style of %j with the line endings that browsers normalize',
    (document) => {
      expect(sourcesOf(document)).toBe(sourcesOf('<style>a{}\n</style>'));
    },
  );

  it('does not take another element for a style', () => {
    expect(sourcesOf('<styled-box>a{}</styled-box>')).toBe("'none'");
  });

  it('allows exactly one style of the default pages', () => {
    expect(sourcesOf(renderPage(sent))).toMatch(/^'sha256-[A-Za-z0-9+/]{43}='$/);
  });
});
