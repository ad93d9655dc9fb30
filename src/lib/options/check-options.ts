import type { StytchOptionFault } from '../errors/stytch-options.error.js';
import { isLoopback } from './loopback.js';
import { optionRules, staticOptionRules, type OptionRule } from './option-rules.js';

/** Everything wrong with what an application chose; empty when nothing is. */
export function checkOptions(options: unknown, staticOptions: unknown): StytchOptionFault[] {
  if (!isGroup(options)) {
    return [
      {
        path: '(options)',
        given: describe(options),
        allowed: 'an object',
        mend: 'Return the options from the factory.',
      },
    ];
  }
  return [
    ...brokenRules(options, optionRules),
    ...brokenRules(isGroup(staticOptions) ? staticOptions : {}, staticOptionRules, {
      falseIsAGroup: 'routes',
    }),
    ...unknownOptions(options),
    ...unknownOptions(isGroup(staticOptions) ? staticOptions : {}, 'beside'),
    ...contradictions(options),
  ];
}

type Group = Record<string, unknown>;

const isGroup = (value: unknown): value is Group =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function valueAt(options: Group, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (isGroup(at) ? at[key] : undefined), options);
}

function brokenRules(
  options: Group,
  rules: readonly OptionRule[],
  { falseIsAGroup }: { falseIsAGroup?: string } = {},
): StytchOptionFault[] {
  const groups = new Set(rules.flatMap(({ path }) => (path.includes('.') ? [path.split('.')[0] ?? ''] : [])));
  const notGroups = [...groups]
    .filter((name) => options[name] !== undefined && !isGroup(options[name]))
    .filter((name) => !(name === falseIsAGroup && options[name] === false))
    .map((name) => ({
      path: name,
      given: describe(options[name]),
      allowed: name === falseIsAGroup ? 'an object, or false' : 'an object',
      mend: `Write ${name}: { … }.`,
    }));
  const broken = rules
    .filter((rule) => {
      const value = valueAt(options, rule.path);
      return value === undefined ? rule.required === true : !rule.accepts(value);
    })
    .map((rule) => ({
      path: rule.path,
      given: describe(valueAt(options, rule.path), rule.secret),
      allowed: rule.allowed,
      mend: rule.mend,
    }));
  return [...notGroups, ...broken];
}

const known = new Set(optionRules.map(({ path }) => path));
const knownBeside = new Set(staticOptionRules.map(({ path }) => path));

function unknownOptions(options: Group, where: 'inside' | 'beside' = 'inside'): StytchOptionFault[] {
  const here = where === 'inside' ? known : knownBeside;
  return pathsOf(options, here)
    .filter((path) => !here.has(path) && !(path === 'routes' && where === 'beside'))
    .map((path) => ({ path, given: describe(valueAt(options, path), true), ...adviceOnUnknown(path) }));
}

function adviceOnUnknown(path: string): Pick<StytchOptionFault, 'allowed' | 'mend'> {
  const name = path.split('.')[0] ?? '';
  const standsBeside = [...knownBeside].some((known) => known.split('.')[0] === name);
  return standsBeside
    ? {
        allowed: 'beside the factory, not in its result',
        mend: `Nest lays out routes before a factory runs: write forRootAsync({ ${name}: …, useFactory: … }).`,
      }
    : { allowed: 'the options listed in the README', mend: 'No option has this name; check the spelling.' };
}

/** Option paths present, one level into the groups that the rules know. */
function pathsOf(options: Group, rules: ReadonlySet<string>): string[] {
  const groups = new Set([...rules].map((path) => path.split('.')[0] ?? ''));
  return Object.keys(options)
    .filter((name) => options[name] !== undefined)
    .flatMap((name) => {
      const value = options[name];
      const isKnownGroup = groups.has(name) && !rules.has(name);
      return isKnownGroup && isGroup(value)
        ? Object.keys(value).map((key) => `${name}.${key}`)
        : isKnownGroup
          ? [] // not an object: reported as such
          : [name];
    });
}

function contradictions(options: Group): StytchOptionFault[] {
  const faults: StytchOptionFault[] = [];
  const text = (path: string) => {
    const value = valueAt(options, path);
    return typeof value === 'string' ? value : '';
  };
  const environment = (id: string) => /^(?:project|secret)-(test|live)-/.exec(id)?.[1];
  const [ofProject, ofSecret] = [environment(text('projectId')), environment(text('secret'))];
  if (ofProject !== undefined && ofSecret !== undefined && ofProject !== ofSecret) {
    faults.push({
      path: 'secret',
      given: `a ${ofSecret} secret with a ${ofProject} project`,
      allowed: `a ${ofProject} secret`,
      mend: 'Take both from the same environment of the same project.',
    });
  }
  if (ofProject === 'live' && isLoopbackUrl(text('apiUrl'))) {
    faults.push({
      path: 'apiUrl',
      given: `${text('apiUrl')} with a live project`,
      allowed: 'a loopback URL with a test project only',
      mend: 'Leave apiUrl out in production, or use the credentials the emulator prints.',
    });
  }
  const secure = valueAt(options, 'cookies.secure') ?? !text('appUrl').startsWith('http:');
  if (text('cookies.sameSite') === 'none' && secure !== true) {
    faults.push({
      path: 'cookies.sameSite',
      given: "'none' without Secure",
      allowed: "'none' with https only",
      mend: 'Browsers drop such a cookie: serve the application over https, or choose lax.',
    });
  }
  if (valueAt(options, 'cookies.hostPrefix') === true && (secure !== true || text('cookies.domain') !== '')) {
    faults.push({
      path: 'cookies.hostPrefix',
      given: 'true with plain http or a domain',
      allowed: 'https, and no cookies.domain',
      mend: 'Browsers drop a __Host- cookie otherwise: leave one of the two out.',
    });
  }
  if (valueAt(options, 'cookies.secure') === false && text('appUrl').startsWith('https:')) {
    faults.push({
      path: 'cookies.secure',
      given: 'false with an https appUrl',
      allowed: 'true',
      mend: 'Leave it out: the session must not travel in the clear.',
    });
  }
  const [jwtName, tokenName] = [text('cookies.jwtName'), text('cookies.tokenName')];
  if (jwtName !== '' && jwtName === tokenName) {
    faults.push({
      path: 'cookies.tokenName',
      given: `${tokenName}, as cookies.jwtName`,
      allowed: 'two different names',
      mend: 'Choose another name for one of them.',
    });
  }
  const domain = text('cookies.domain').toLowerCase();
  if (domain !== '' && URL.canParse(text('appUrl'))) {
    const host = new URL(text('appUrl')).hostname;
    if (host !== domain && !host.endsWith(`.${domain}`)) {
      faults.push({
        path: 'cookies.domain',
        given: `${domain} with appUrl on ${host}`,
        allowed: 'the domain of appUrl or a parent of it',
        mend: 'Browsers drop a cookie for a foreign domain: correct one of the two.',
      });
    }
  }
  return faults;
}

const isLoopbackUrl = (url: string) => URL.canParse(url) && isLoopback(new URL(url));

/** What was given, in words that fit a log. */
function describe(value: unknown, secret = false): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (secret)
    return typeof value === 'string'
      ? `a string of ${value.length} characters (masked)`
      : `a ${typeof value}`;
  if (typeof value === 'string') return `'${withoutCredentials(value).slice(0, 120)}'`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => describe(item)).join(', ')}]`;
  return typeof value === 'function' ? 'a function' : 'an object';
}

/** A URL pasted with a password in it must not reach the log. */
function withoutCredentials(value: string): string {
  return value.replace(/\/\/[^/@\s]*@/, '//…@');
}
