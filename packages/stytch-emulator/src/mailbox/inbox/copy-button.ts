import { escapeHtml } from '../../wire/html.js';

/** Copies the text of the element with the id. Hidden without JavaScript, where a click selects the text. */
export function copyButton(id: string, what: string): string {
  return `<button type="button" class="button plain small copy" id="copy-${id}" data-copy="${id}"><span class="copy-label">Copy</span><span class="visually-hidden"> ${escapeHtml(what)}</span></button>`;
}
