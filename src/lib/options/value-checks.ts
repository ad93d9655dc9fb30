import { isLoopback } from './loopback.js';

/** What an option accepts. `undefined` is never checked; it stands for the default. */
export interface ValueCheck {
  readonly accepts: (value: unknown) => boolean;
  /** What is accepted, as a noun phrase. */
  readonly allowed: string;
  /** How to fix a rejected value, as sentences. Absent if the generic advice is enough. */
  readonly fix?: string;
  /** Converts the text of an environment variable. What it can't convert is rejected by `accepts`. */
  readonly parse?: (text: string) => unknown;
}

export const trueOrFalse: ValueCheck = {
  accepts: (value) => typeof value === 'boolean',
  allowed: 'true or false',
};

export const functionValue: ValueCheck = {
  accepts: (value) => typeof value === 'function',
  allowed: 'a function',
};

export const wholeNumber = (min: number, max: number): ValueCheck => ({
  accepts: (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
  allowed: `a whole number from ${min} to ${max}`,
  fix: `Must be between ${min} and ${max}.`,
  parse: Number,
});

export const oneOf = (...names: readonly [string, ...string[]]): ValueCheck => ({
  accepts: (value) => names.some((name) => name === value),
  allowed: names
    .map((name) => `'${name}'`)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1'),
});

export const matching = (pattern: RegExp, allowed: string): ValueCheck => ({
  accepts: (value) => typeof value === 'string' && pattern.test(value),
  allowed,
});

export const listOf = ({ accepts }: ValueCheck, allowed: string): ValueCheck => ({
  accepts: (value) => Array.isArray(value) && value.every(accepts),
  allowed,
});

export const objectWithMethods = (methods: readonly string[], allowed: string): ValueCheck => ({
  accepts: (value) =>
    methods.every((method) => typeof (value as Record<string, unknown> | null)?.[method] === 'function'),
  allowed,
});

export const origin: ValueCheck = {
  accepts: isOrigin,
  allowed: 'an https origin, or an http origin on loopback',
};

/** For origins whose host is checked elsewhere. */
export const httpOrigin: ValueCheck = {
  accepts: isHttpOrigin,
  allowed: origin.allowed,
};

export const originList: ValueCheck = {
  ...listOf(origin, `a list of origins, each ${origin.allowed}`),
  fix: 'List origins such as https://www.example.com, without paths or wildcards.',
};

/** A path on this application. Excludes what a browser would resolve to another host. */
export const localPath: ValueCheck = {
  accepts: (value) =>
    typeof value === 'string' &&
    /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(value) &&
    URL.canParse(value, 'http://localhost'),
  allowed: 'a path on this application that starts with a single slash',
  fix: 'Use a path such as /welcome. Redirects to other origins are not allowed here.',
};

/** Plain http is accepted on loopback only. */
function isOrigin(value: unknown): boolean {
  return isHttpOrigin(value) && !isInsecure(new URL(value));
}

/** Only scheme, host and port, without credentials. */
function isHttpOrigin(value: unknown): value is string {
  if (typeof value !== 'string' || /\s/.test(value) || !URL.canParse(value)) return false;
  const url = new URL(value);
  return /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
}

/** Whether requests to the URL can be read in the network. */
export function isInsecure(url: URL): boolean {
  return url.protocol === 'http:' && !isLoopback(url);
}
