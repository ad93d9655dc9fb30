// Writes what documents say about options and refusal codes: the tables of the README and the
// variables in .env.example. Texts and defaults come from the docstrings of the options, measurements
// from bench/results.json, the rest from the definitions next to them. With --check, writes nothing and fails if a document is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import prettier from 'prettier';
import { refusalDefinitions } from '../dist/esm/lib/errors/refusal.js';
import { magicLinkOptions } from '../dist/esm/lib/auth/methods/magic-link/magic-link.options.js';
import {
  emailOtpOptions,
  smsOtpOptions,
  whatsappOtpOptions,
} from '../dist/esm/lib/auth/methods/otp/otp.options.js';
import { oauthOptions } from '../dist/esm/lib/auth/methods/oauth/oauth.options.js';
import { passwordOptions } from '../dist/esm/lib/auth/methods/password/password.options.js';
import { emailMagicLinkOptions } from '../dist/esm/b2b/auth/methods/email-magic-links.options.js';
import { b2bEmailOtpOptions } from '../dist/esm/b2b/auth/methods/email-otp.options.js';
import { b2bOAuthOptions } from '../dist/esm/b2b/auth/methods/oauth.options.js';
import { listOptions, moduleSchemas, staticSchema } from '../dist/esm/lib/options/option-schema.js';
import { readDocstrings } from './read-docstrings.mjs';

const docstrings = readDocstrings('src/lib/options', 'src/lib/auth/methods', 'src/b2b/auth/methods');
const moduleOptions = documented(moduleSchemas.consumer, 'StytchModuleOptions');
/** The options that only B2B projects have. */
const organizationOptions = documented(moduleSchemas.b2b, 'StytchB2BModuleOptions').filter(({ path }) =>
  path.startsWith('organizations.'),
);
const staticOptions = documented(staticSchema, 'StytchStaticOptions');

/** The options of the factories of sign-in methods, by the name of the factory. */
const factoryOptions = {
  magicLinks: documented(ofFactory(magicLinkOptions), 'StytchMagicLinkOptions'),
  emailOtp: documented(ofFactory(emailOtpOptions), 'StytchEmailOtpOptions'),
  smsOtp: documented(ofFactory(smsOtpOptions), 'StytchSmsOtpOptions'),
  whatsappOtp: documented(ofFactory(whatsappOtpOptions), 'StytchWhatsappOtpOptions'),
  oauth: documented(ofFactory(oauthOptions), 'StytchOAuthOptions'),
  passwords: documented(ofFactory(passwordOptions), 'StytchPasswordOptions'),
  emailMagicLinks: documented(ofFactory(emailMagicLinkOptions), 'StytchEmailMagicLinkOptions'),
  'emailOtp of B2B projects': documented(ofFactory(b2bEmailOtpOptions), 'StytchB2BEmailOtpOptions'),
  'oauth of B2B projects': documented(ofFactory(b2bOAuthOptions), 'StytchB2BOAuthOptions'),
};

function ofFactory(options) {
  return { options, groups: {} };
}

/** Joins each definition with its docstring, and rejects a docstring that the definition contradicts. */
function documented(schema, rootInterface) {
  return listOptions(schema).map(({ path, group, name, definition }) => {
    const typeName = group === undefined ? rootInterface : docstrings.typeOf(rootInterface, group);
    const { summary, text, defaultText } = docstrings.of(typeName, name);
    const { environmentVariable, required, default: value } = definition;
    if (environmentVariable !== undefined && !text.includes(`\`${environmentVariable}\``)) {
      throw new Error(`The docstring of ${path} does not mention \`${environmentVariable}\`.`);
    }
    if (isPlain(value) && defaultText !== inspect(value)) {
      throw new Error(`The docstring of ${path} has "@default ${defaultText}" instead of ${inspect(value)}.`);
    }
    if (required !== true && defaultText === undefined) {
      throw new Error(`The docstring of ${path} has no @default.`);
    }
    const shownDefault = required ? 'required' : isPlain(value) ? `\`${defaultText}\`` : defaultText;
    return { path, summary, environmentVariable, defaultText: shownDefault };
  });
}

/** Whether a default is written in the docstring as it is in the code. */
function isPlain(value) {
  if (typeof value !== 'object' || value === null) return value !== undefined && typeof value !== 'function';
  return Object.values(value).every(isPlain);
}

function table(header, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

const optionTable = (options) =>
  table(
    ['option', 'meaning', 'default'],
    options.map(({ path, summary, environmentVariable, defaultText }) => [
      `\`${path}\``,
      environmentVariable === undefined ? summary : `${summary} Environment: \`${environmentVariable}\`.`,
      defaultText,
    ]),
  );

const refusalTable = () =>
  table(
    ['code', 'status', 'meaning'],
    Object.entries(refusalDefinitions).map(([code, { status, meaning }]) => [`\`${code}\``, status, meaning]),
  );

const environmentVariables = () =>
  moduleOptions
    .filter(({ environmentVariable }) => environmentVariable !== undefined)
    .map(({ summary, environmentVariable, defaultText }) => {
      const comment = defaultText === 'required' ? summary : `${summary} Default: ${defaultText}.`;
      return `# ${comment.replaceAll('`', '')}\n${environmentVariable}=`;
    })
    .join('\n\n');

const results = JSON.parse(readFileSync('bench/results.json', 'utf8'));

/** A cell of a table of bench/results.json, by the start of the table's title and of the row's name. */
function findMeasured(part, title, row, column) {
  const found = results.tables[part]?.find((one) => one.title.startsWith(title));
  return found?.rows.find(([name]) => name.startsWith(row))?.[column];
}

/** Fails for a row that is missing, since one that was renamed would disappear from the README. */
function measured(part, title, row, column) {
  const cell = findMeasured(part, title, row, column);
  if (cell === undefined) throw new Error(`bench/results.json has no row "${row}" in ${part}.`);
  return cell;
}

function measurementTable() {
  const byHand = 'SDK authenticateJwt, by hand';
  /** Node versions that were not installed are skipped. */
  const ofNode = (part, title, row, column) => findMeasured(part, title, row, column) ?? 'not measured';
  const ofGuard = (platform, node) =>
    ofNode('guard-cpu', 'CPU', `nestjs-stytch, ${platform}, Node ${node}`, 4);
  const ofCall = (name, node, column) => ofNode('guard-call', 'CPU', `${name}, Node ${node}`, column);
  const ofStart = (name, node) => ofNode('cold-start', 'Start', `${name}, Node ${node}`, 2);
  const ofRoute = (platform, name) => measured('guarded-route', `A guarded route on ${platform}`, name, 2);
  const ofWorkload = (row, platform) => measured('workloads', 'Guarded', `${row}, ${platform}`, 3);
  const ofToken = (seen, name) => measured('verification', `One verification, token ${seen}`, name, 2);
  const bothOf = (part, title, row) => [1, 2].map((column) => measured(part, title, row, column));
  return table(
    ['comparison', 'nestjs-stytch', 'a guard written by hand on the SDK'],
    [
      ...['Fastify', 'Express'].flatMap((platform) =>
        [20, 24].map((node) => [
          `CPU added to a request with a token seen before, of a bare \`crypto.verify\`: ${platform}, Node ${node}`,
          ofGuard(platform, node),
          'not measured',
        ]),
      ),
      ...[20, 24].map((node) => [
        `CPU of the guard's code alone for such a request, of a bare \`crypto.verify\`: Node ${node}`,
        ofCall('nestjs-stytch', node, 3),
        'not measured',
      ]),
      ...[20, 24].map((node) => [
        `the same with a role and a permission required, of the guard without them: Node ${node}`,
        ofCall('nestjs-stytch, two requirements', node, 4),
        'not measured',
      ]),
      ...['Express', 'Fastify'].map((platform) => [
        `throughput, of an unguarded route that returns a constant: ${platform}`,
        ofRoute(platform, 'nestjs-stytch'),
        ofRoute(platform, byHand),
      ]),
      ...['Express', 'Fastify'].map((platform) => [
        `throughput, of an unguarded route that waits 1 ms for a query: ${platform}`,
        ofWorkload('a handler that waits 1 ms for a query', platform),
        'not measured',
      ]),
      ...['Express', 'Fastify'].map((platform) => [
        `throughput by opaque tokens, for JWTs of 5.4 KB that fit no cookie, of an unguarded route: ${platform}`,
        ofWorkload('session JWTs of 5.4 KB, by their opaque tokens', platform),
        'not measured',
      ]),
      ...['seen before', 'not seen before'].map((seen) => [
        `CPU to verify a token ${seen}, of a bare \`crypto.verify\``,
        ofToken(seen, 'nestjs-stytch'),
        ofToken(seen, 'SDK authenticateJwtLocal'),
      ]),
      [
        'p99 of active sessions across JWT expiry, Stytch 200 ms away, of an unguarded route',
        measured('tail', 'Active', 'nestjs-stytch', 3),
        measured('tail', 'Active', byHand, 3),
      ],
      [
        'calls to Stytch: 200 requests at once with one expired JWT',
        ...bothOf('calls-and-sockets', 'Calls', '200'),
      ],
      ['calls to Stytch: 500 garbage cookies', ...bothOf('calls-and-sockets', 'Calls', '500 garbage')],
      ['Stytch hangs, 300 refreshes: sockets', ...bothOf('calls-and-sockets', 'Calls', '300')],
      [
        'Stytch hangs, 300 refreshes: responses within 10 s',
        ...bothOf('calls-and-sockets', 'Calls', '  responses'),
      ],
      [
        '1,000 expired sessions at once, Stytch 300 ms away: share of 200',
        ...bothOf('outage', 'Many', '1000'),
      ],
      ['the same: connections to Stytch', ...bothOf('outage', 'Many', '  connections')],
      ['2,000 people after an outage: everybody served after, s', ...bothOf('outage', 'Many', '2000')],
      [
        '100,000 sessions through one process: resident memory, MB more',
        measured('memory', 'Memory', 'nestjs-stytch', 2),
        'not measured',
      ],
      ...[20, 24].map((node) => [
        `time from the start of a process until it listens, of a bare Nest application: Node ${node}`,
        ofStart('nestjs-stytch', node),
        `${ofStart('passport-jwt + jwks-rsa', node)} with passport-jwt and jwks-rsa`,
      ]),
    ].filter(([, ours]) => ours !== 'not measured'),
  );
}

/** Replaces the text between two marker lines. */
function replaceBetween(text, start, end, replacement) {
  const [from, to] = [text.indexOf(start) + start.length, text.indexOf(end)];
  if (from < start.length || to < from) throw new Error(`The markers ${start} and ${end} are missing.`);
  return `${text.slice(0, from)}\n\n${replacement}\n\n${text.slice(to)}`;
}

async function generateReadme(readme) {
  const sections = {
    options: optionTable(moduleOptions),
    'static options': optionTable(staticOptions),
    'options of organizations': optionTable(organizationOptions),
    ...Object.fromEntries(
      Object.entries(factoryOptions).map(([name, options]) => [`options of ${name}`, optionTable(options)]),
    ),
    'refusal codes': refusalTable(),
    measurements: measurementTable(),
  };
  const text = Object.entries(sections).reduce(
    (result, [name, section]) =>
      replaceBetween(
        result,
        `<!-- ${name}: generated by npm run docs -->`,
        `<!-- end of ${name} -->`,
        section,
      ),
    readme,
  );
  return prettier.format(text, { ...(await prettier.resolveConfig('README.md')), filepath: 'README.md' });
}

const generateEnvExample = (example) =>
  replaceBetween(
    example,
    '# --- Options of nestjs-stytch: generated by npm run docs ---',
    '# --- End of the options ---',
    environmentVariables(),
  );

const documents = { 'README.md': generateReadme, '.env.example': generateEnvExample };
const isCheck = process.argv.includes('--check');

for (const [path, generate] of Object.entries(documents)) {
  const current = readFileSync(path, 'utf8');
  const generated = await generate(current);
  if (generated === current) continue;
  if (isCheck) {
    console.error(`${path} does not match the code. Run npm run docs.`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, generated);
    console.log(`${path} updated.`);
  }
}
