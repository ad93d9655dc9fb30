import type { StytchOptionProblem } from '../errors/stytch-options.error.js';
import { isLoopback } from './loopback.js';
import { optionRules, staticOptionRules, type OptionRule } from './option-rules.js';

/** Everything wrong with what an application chose; empty when nothing is. */
export function checkOptions(options: unknown, staticOptions: unknown): StytchOptionProblem[] {
  if (!isGroup(options)) {
    return [
      {
        path: '(options)',
        given: describe(options),
        allowed: 'an object',
        fix: 'Return the options from the factory.',
      },
    ];
  }
  return [
    ...findBrokenRules(options, optionRules),
    ...findBrokenRules(isGroup(staticOptions) ? staticOptions : {}, staticOptionRules, {
      groupThatMayBeFalse: 'routes',
    }),
    ...findUnknownOptions(options),
    ...findUnknownOptions(isGroup(staticOptions) ? staticOptions : {}, 'beside'),
    ...findConflicts(options),
  ];
}

type Group = Record<string, unknown>;

const isGroup = (value: unknown): value is Group =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function valueAt(options: Group, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (isGroup(at) ? at[key] : undefined), options);
}

function findBrokenRules(
  options: Group,
  rules: readonly OptionRule[],
  { groupThatMayBeFalse }: { groupThatMayBeFalse?: string } = {},
): StytchOptionProblem[] {
  const groups = new Set(rules.flatMap(({ path }) => (path.includes('.') ? [path.split('.')[0] ?? ''] : [])));
  const notGroups = [...groups]
    .filter((name) => options[name] !== undefined && !isGroup(options[name]))
    .filter((name) => !(name === groupThatMayBeFalse && options[name] === false))
    .map((name) => ({
      path: name,
      given: describe(options[name]),
      allowed: name === groupThatMayBeFalse ? 'an object, or false' : 'an object',
      fix: `Write ${name}: { … }.`,
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
      fix: rule.fix,
    }));
  return [...notGroups, ...broken];
}

const knownOptions = new Set(optionRules.map(({ path }) => path));
const knownStaticOptions = new Set(staticOptionRules.map(({ path }) => path));

function findUnknownOptions(options: Group, kind: 'inside' | 'beside' = 'inside'): StytchOptionProblem[] {
  const knownPaths = kind === 'inside' ? knownOptions : knownStaticOptions;
  return pathsOf(options, knownPaths)
    .filter((path) => !knownPaths.has(path) && !(path === 'routes' && kind === 'beside'))
    .map((path) => ({ path, given: describe(valueAt(options, path), true), ...hintForUnknown(path) }));
}

function hintForUnknown(path: string): Pick<StytchOptionProblem, 'allowed' | 'fix'> {
  const name = path.split('.')[0] ?? '';
  const isStaticOption = [...knownStaticOptions].some((optionPath) => optionPath.split('.')[0] === name);
  return isStaticOption
    ? {
        allowed: 'beside the factory, not in its result',
        fix: `Nest lays out routes before a factory runs: write forRootAsync({ ${name}: …, useFactory: … }).`,
      }
    : { allowed: 'the options listed in the README', fix: 'No option has this name; check the spelling.' };
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

function findConflicts(options: Group): StytchOptionProblem[] {
  const problems: StytchOptionProblem[] = [];
  const text = (path: string) => {
    const value = valueAt(options, path);
    return typeof value === 'string' ? value : '';
  };
  const environment = (id: string) => /^(?:project|secret)-(test|live)-/.exec(id)?.[1];
  const [ofProject, ofSecret] = [environment(text('projectId')), environment(text('secret'))];
  if (ofProject !== undefined && ofSecret !== undefined && ofProject !== ofSecret) {
    problems.push({
      path: 'secret',
      given: `a ${ofSecret} secret with a ${ofProject} project`,
      allowed: `a ${ofProject} secret`,
      fix: 'Take both from the same environment of the same project.',
    });
  }
  if (ofProject === 'live' && isLoopbackUrl(text('apiUrl'))) {
    problems.push({
      path: 'apiUrl',
      given: `${text('apiUrl')} with a live project`,
      allowed: 'a loopback URL with a test project only',
      fix: 'Leave apiUrl out in production, or use the credentials the emulator prints.',
    });
  }
  const secure = valueAt(options, 'cookies.secure') ?? !text('appUrl').startsWith('http:');
  if (text('cookies.sameSite') === 'none' && secure !== true) {
    problems.push({
      path: 'cookies.sameSite',
      given: "'none' without Secure",
      allowed: "'none' with https only",
      fix: 'Browsers drop such a cookie: serve the application over https, or choose lax.',
    });
  }
  if (valueAt(options, 'cookies.hostPrefix') === true && (secure !== true || text('cookies.domain') !== '')) {
    problems.push({
      path: 'cookies.hostPrefix',
      given: 'true with plain http or a domain',
      allowed: 'https, and no cookies.domain',
      fix: 'Browsers drop a __Host- cookie otherwise: leave one of the two out.',
    });
  }
  if (valueAt(options, 'cookies.secure') === false && text('appUrl').startsWith('https:')) {
    problems.push({
      path: 'cookies.secure',
      given: 'false with an https appUrl',
      allowed: 'true',
      fix: 'Leave it out: the session must not travel in the clear.',
    });
  }
  const [jwtName, tokenName] = [text('cookies.jwtName'), text('cookies.tokenName')];
  if (jwtName !== '' && jwtName === tokenName) {
    problems.push({
      path: 'cookies.tokenName',
      given: `${tokenName}, as cookies.jwtName`,
      allowed: 'two different names',
      fix: 'Choose another name for one of them.',
    });
  }
  const domain = text('cookies.domain').toLowerCase();
  if (domain !== '' && URL.canParse(text('appUrl'))) {
    const host = new URL(text('appUrl')).hostname;
    if (host !== domain && !host.endsWith(`.${domain}`)) {
      problems.push({
        path: 'cookies.domain',
        given: `${domain} with appUrl on ${host}`,
        allowed: 'the domain of appUrl or a parent of it',
        fix: 'Browsers drop a cookie for a foreign domain: correct one of the two.',
      });
    }
  }
  return problems;
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
