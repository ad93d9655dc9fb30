/** Markup that is safe to send. Made by {@link html} only. */
export interface Html {
  readonly markup: string;
}

/** Builds markup; every value put in is escaped unless it is markup itself. */
export function html(parts: TemplateStringsArray, ...values: (string | Html | undefined)[]): Html {
  return { markup: String.raw({ raw: parts }, ...values.map(toMarkup)) };
}

function toMarkup(value: string | Html | undefined): string {
  if (value === undefined) return '';
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
