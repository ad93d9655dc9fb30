/** Escaped markup, created by {@link html}. */
export interface Html {
  readonly markup: string;
}

/** Builds markup. Values are escaped unless they are {@link Html}. */
export function html(parts: TemplateStringsArray, ...values: (string | Html | false | undefined)[]): Html {
  return { markup: String.raw({ raw: parts }, ...values.map(toMarkup)) };
}

function toMarkup(value: string | Html | false | undefined): string {
  if (value === undefined || value === false) return '';
  return typeof value === 'string' ? escape(value) : value.markup;
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
