// Lists phrases that the sources and documents should not contain, with the usual wording.
//
//   node scripts/check-wording.mjs            one line for each occurrence; fails if there is one
//   node scripts/check-wording.mjs --summary  counts by folder and by phrase
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Phrases of several words are found across line breaks and comment markers. */
const phrases = {
  'as it stands': 'unchanged, currently',
  'asked about': 'looked up, checked',
  'at hand': 'available',
  'at the end of the day': '(delete)',
  'cannot be told': 'unknown',
  'for ever': 'indefinitely',
  'in good form': 'well-formed',
  'is to be': 'must be, should be',
  'lets in': 'accepts, allows',
  'look again': 'retry, check again',
  "nobody's": '(rephrase)',
  "of one's own": 'your own',
  'of (?:its|our) own': 'its own, our own, separate',
  'of today': 'current',
  'so many': 'the maximum number of, n',
  'stands? beside': 'next to',
  'there and then': 'immediately',
  'told of': 'notified of',
};

/** Single words are also found within identifiers: `answer` matches `RefusalAnswers`. */
const words = {
  'answer(?:s|ed|ing)?': 'response, responds',
  'authoris(?:e|es|ed|ing|ation)': 'authorize',
  'behaviours?': 'behavior',
  'cancell(?:ed|ing)': 'canceled, canceling',
  'colours?': 'color',
  'defences?': 'defense',
  'e-mails?': 'email',
  'favour(?:s|ed|ite)?': 'favor',
  'honour(?:s|ed)?': 'honor',
  'initialis(?:e|es|ed|ing|ation)': 'initialize',
  meanwhile: 'in the meantime, or nothing',
  'mend(?:s|ed|ing)?': 'fix',
  'organis(?:e|es|ed|ation|ations)': 'organize, organization',
  'outcomes?': 'result',
  'recognis(?:e|es|ed|ing)': 'recognize',
  'verdicts?': 'result',
  whoever: 'anyone who, the user who',
  whom: 'who, or rephrase',
};

/** Files and phrases in them that are correct. */
const allowed = [
  { file: /^scripts\/check-wording\.mjs$/, reason: 'lists the phrases' },
  {
    file: /^test\/support\/name-server\.ts$/,
    phrase: /^answer/i,
    reason: 'RFC 1035 calls a part of a DNS message the answer',
  },
  {
    file: /^packages\/stytch-emulator\//,
    phrase: /^verdict$/i,
    reason: 'a field and operations of the Stytch API',
  },
  { file: /^CHANGELOG\.md$/, phrase: /^(?:outcome|verdict)$/i, reason: 'parts of former names' },
];

const searched = /^(?:src|test|bench|scripts|packages|examples|\.ci|\.github)\/|^[^/]+$/;
const text = /\.(?:tsx?|mjs|cjs|js|md|yml|html)$|^\.ci\/run$|^\.env\.example$/;

const patterns = [
  ...Object.entries(phrases).map(([phrase, usual]) => ({ pattern: phrasePattern(phrase), usual })),
  ...Object.entries(words).map(([word, usual]) => ({ pattern: wordPattern(word), usual })),
];
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => searched.test(file) && text.test(file));
const findings = files.flatMap((file) => findingsIn(file));

if (process.argv.includes('--summary')) {
  printCounts(({ file }) => dirname(file).split('/').slice(0, 3).join('/'));
  printCounts(({ found }) => found.toLowerCase());
} else {
  for (const { file, line, found, usual } of findings) console.log(`${file}:${line}: "${found}": ${usual}`);
}
console.log(`${files.length} files, ${findings.length} phrases to avoid.`);
if (findings.length > 0) process.exitCode = 1;

function findingsIn(file) {
  const content = readFileSync(file, 'utf8');
  return patterns
    .flatMap(({ pattern, usual }) =>
      [...content.matchAll(pattern)].map((match) => ({
        file,
        line: content.slice(0, match.index).split('\n').length,
        found: match[0].replaceAll(/\s+(?:(?:\*|\/\/|#)\s+)?/g, ' '),
        usual,
      })),
    )
    .filter(({ found }) => !allowed.some((exception) => isAllowed(exception, file, found)))
    .sort((a, b) => a.line - b.line);
}

function isAllowed({ file: allowedFile, phrase }, file, found) {
  return allowedFile.test(file) && (phrase === undefined || phrase.test(found));
}

function phrasePattern(phrase) {
  const separator = String.raw`\s+(?:(?:\*|//|#)\s+)?`;
  return new RegExp(String.raw`\b(?:${phrase.replaceAll(' ', separator)})\b`, 'gi');
}

/** A word starts at a word boundary or with a capital, and ends before anything but a lowercase letter. */
function wordPattern(word) {
  const capitalized = word[0].toUpperCase() + word.slice(1);
  return new RegExp(`(?:(?<![A-Za-z])(?:${word}|${capitalized})|(?<=[a-z])(?:${capitalized}))(?![a-z])`, 'g');
}

function printCounts(keyOf) {
  const counts = new Map();
  for (const finding of findings) counts.set(keyOf(finding), (counts.get(keyOf(finding)) ?? 0) + 1);
  for (const [key, count] of [...counts].sort((a, b) => b[1] - a[1]))
    console.log(`${String(count).padStart(6)}  ${key}`);
  console.log();
}
