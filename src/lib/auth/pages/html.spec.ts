import { html } from './html.js';

describe('html', () => {
  it('returns the markup of a template without values unchanged', () => {
    expect(html`<p title="a">Don't & won't</p>`).toEqual({ markup: `<p title="a">Don't & won't</p>` });
  });

  it.each([
    ['&', '&amp;'],
    ['<', '&lt;'],
    ['>', '&gt;'],
    ['"', '&quot;'],
    ["'", '&#39;'],
  ])('escapes %s as %s', (character, entity) => {
    expect(html`<p>${character}</p>`).toEqual({ markup: `<p>${entity}</p>` });
  });

  it('escapes every occurrence in every value', () => {
    expect(html`<a href="${'"><script>'}">${'<b>&amp;</b>'}</a>`).toEqual({
      markup: '<a href="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;amp;&lt;/b&gt;</a>',
    });
  });

  it('inserts nested markup without escaping it again', () => {
    const nested = html`<b>${'<'}</b>`;

    expect(html`<p>${nested}</p>`).toEqual({ markup: '<p><b>&lt;</b></p>' });
  });

  it('inserts nothing for undefined and for an empty string', () => {
    expect(html`<p>${undefined}${''}</p>`).toEqual({ markup: '<p></p>' });
  });

  it('leaves other characters of a value alone', () => {
    expect(html`${'Grüße, 東京 `$1` \\n'}`).toEqual({ markup: 'Grüße, 東京 `$1` \\n' });
  });
});
