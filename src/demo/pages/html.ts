/** Markup that is safe to send; made by {@link html} alone. */
export class Html {
  constructor(readonly markup: string) {}
}

type Value = string | Html | readonly Html[] | undefined;

/** A template whose values are escaped, unless they are markup themselves. */
export function html(texts: TemplateStringsArray, ...values: Value[]): Html {
  const parts = texts.map((text, at) => text + toMarkup(values[at]));
  return new Html(parts.join(''));
}

function toMarkup(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return escape(value);
  return value instanceof Html ? value.markup : value.map(({ markup }) => markup).join('');
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
