import { verify, type KeyObject } from 'node:crypto';
import { createVerifier } from 'fast-jwt';
import { createLocalJWKSet, jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { StytchB2BModule } from 'nestjs-stytch/b2b';
import { issuerOf } from './alternatives/alternative.js';
import { stytchClient } from './alternatives/stytch-client.js';
import { Issuer } from './issuer.js';
import { alternate, medianOf, named, ratioOf, timed, type Contestant, type Rounds } from './measure.js';
import { ourVerifier } from './our-verifier.js';
import { number, type Figure, type PartOfReport, type Table } from './report.js';

type Cost = 'wallUs' | 'cpuUs';
/** Prepares the tokens and returns the function to time, which throws if a token is invalid. */
type Verifier = (tokens: readonly string[]) => () => void | Promise<void>;

const tokensPerRound = 100;
/** Number of sessions whose tokens are verified repeatedly. */
const activeSessions = 50;
const repeatsPerRound = 600;
const schedule = { rounds: 40, warmUp: 40 };
const oursForMembers = 'nestjs-stytch, members';

/** The cost of one verification with each library, for new tokens and for repeated tokens. */
export async function verification(): Promise<PartOfReport> {
  const issuer = new Issuer();
  await issuer.publishKeys();
  const verifiers = await verifiersFor(issuer);

  const count = tokensPerRound * (schedule.warmUp + schedule.rounds);
  const [ofUsers, ofMembers] = [await issuer.mint(count), await issuer.mintForMembers(count)];
  const tokensFor = (name: string) => (name === oursForMembers ? ofMembers : ofUsers);
  const firstSeen = await compare(verifiers, (round, name) =>
    tokensFor(name).slice(round * tokensPerRound, (round + 1) * tokensPerRound),
  );
  const repeat = await compare(verifiers, (_, name) => repeated(tokensFor(name)));
  issuer.close();
  return {
    tables: [
      tableOf('One verification, token not seen before', firstSeen),
      tableOf(`One verification, token seen before (${activeSessions} sessions in turn)`, repeat),
    ],
    figures: figuresOf(firstSeen, repeat),
  };
}

const repeated = (tokens: readonly string[]): readonly string[] =>
  Array.from({ length: repeatsPerRound }, (_, at) => tokens[at % activeSessions] ?? '');

function compare(
  verifiers: Record<string, Verifier>,
  tokensOf: (round: number, name: string) => readonly string[],
) {
  const contestants = Object.entries(verifiers).map(([name, verifier]): Contestant<Cost> => {
    let round = 0;
    return {
      name,
      async round() {
        const tokens = tokensOf(round, name).map(asReceived);
        round += 1;
        const { wallUs, cpuUs } = await timed(verifier(tokens));
        return { wallUs: wallUs / tokens.length, cpuUs: cpuUs / tokens.length };
      },
    };
  });
  return alternate(contestants, schedule);
}

/** A new string as in each request, so that V8 has no cached hash or identity for it. */
const asReceived = (token: string) => Buffer.from(token, 'latin1').toString('latin1');

async function verifiersFor(issuer: Issuer): Promise<Record<string, Verifier>> {
  const { project, publicKey, keySet } = issuer;
  const claims = { issuer: issuerOf(project), audience: project.projectId };
  const [verifier, memberVerifier] = [
    await ourVerifier(project),
    await ourVerifier(project, StytchB2BModule),
  ];
  const sdk = stytchClient(project);
  const joseKeys = createLocalJWKSet(keySet);
  const fastJwt = {
    key: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    algorithms: ['RS256' as const],
    allowedIss: claims.issuer,
    allowedAud: claims.audience,
  };
  return {
    'crypto.verify': signaturesOnly(publicKey),
    'nestjs-stytch': ours(verifier),
    [oursForMembers]: ours(memberVerifier),
    'fast-jwt, cache on': syncVerifier(createVerifier({ ...fastJwt, cache: true })),
    'fast-jwt, cache off': syncVerifier(createVerifier({ ...fastJwt, cache: false })),
    jsonwebtoken: syncVerifier((jwt) =>
      jsonwebtoken.verify(jwt, publicKey, { ...claims, algorithms: ['RS256'] }),
    ),
    jose: asyncVerifier((jwt) => jwtVerify(jwt, joseKeys, { ...claims, algorithms: ['RS256'] })),
    'SDK authenticateJwtLocal': asyncVerifier((jwt) =>
      sdk.sessions.authenticateJwtLocal({ session_jwt: jwt }),
    ),
  };
}

function ours(verifier: Awaited<ReturnType<typeof ourVerifier>>): Verifier {
  return syncVerifier((jwt) => {
    if (verifier.verify(jwt).kind !== 'valid') throw new Error('The token was rejected.');
  });
}

/** The lower bound: only the signature check, with the token already split and decoded. */
function signaturesOnly(publicKey: KeyObject): Verifier {
  return (tokens) => {
    const parts = tokens.map((jwt) => {
      const dot = jwt.lastIndexOf('.');
      return {
        signed: Buffer.from(jwt.slice(0, dot)),
        signature: Buffer.from(jwt.slice(dot + 1), 'base64url'),
      };
    });
    return () => {
      for (const { signed, signature } of parts) {
        if (!verify('RSA-SHA256', signed, publicKey, signature)) throw new Error('The token was rejected.');
      }
    };
  };
}

function syncVerifier(verifyOne: (jwt: string) => unknown): Verifier {
  return (tokens) => () => {
    for (const jwt of tokens) verifyOne(jwt);
  };
}

function asyncVerifier(verifyOne: (jwt: string) => Promise<unknown>): Verifier {
  return (tokens) => async () => {
    for (const jwt of tokens) await verifyOne(jwt);
  };
}

function tableOf(title: string, rounds: readonly Rounds<Cost>[]): Table {
  const raw = named(rounds, 'crypto.verify');
  return {
    title,
    columns: ['', 'CPU, us', 'of crypto.verify', 'one at a time, us', 'of crypto.verify'],
    rows: rounds.map((one) => [
      one.name,
      number(medianOf(one, 'cpuUs')),
      number(ratioOf(one, raw, 'cpuUs')),
      number(medianOf(one, 'wallUs')),
      number(ratioOf(one, raw, 'wallUs')),
    ]),
  };
}

function figuresOf(firstSeen: readonly Rounds<Cost>[], repeat: readonly Rounds<Cost>[]): Figure[] {
  const toRaw = (rounds: readonly Rounds<Cost>[], name = 'nestjs-stytch') =>
    ratioOf(named(rounds, name), named(rounds, 'crypto.verify'), 'cpuUs');
  const sdkToRaw = (rounds: readonly Rounds<Cost>[]) => ({
    "SDK's local check / crypto.verify, which nothing can beat": ratioOf(
      named(rounds, 'SDK authenticateJwtLocal'),
      named(rounds, 'crypto.verify'),
      'wallUs',
    ),
  });
  const fasterThanTheSdk = (rounds: readonly Rounds<Cost>[]) =>
    ratioOf(named(rounds, 'SDK authenticateJwtLocal'), named(rounds, 'nestjs-stytch'), 'wallUs');
  return [
    {
      name: 'first-seen verification / crypto.verify, CPU',
      wanted: { atMost: 1.5 },
      measured: toRaw(firstSeen),
    },
    { name: 'repeat verification / crypto.verify, CPU', wanted: { atMost: 0.05 }, measured: toRaw(repeat) },
    {
      name: "first-seen verification of a member's token / crypto.verify, CPU",
      wanted: { atMost: 1.5 },
      measured: toRaw(firstSeen, oursForMembers),
    },
    {
      name: "repeat verification of a member's token / crypto.verify, CPU",
      wanted: { atMost: 0.05 },
      measured: toRaw(repeat, oursForMembers),
    },
    {
      name: "SDK's local check / ours, one at a time, first seen",
      wanted: { atLeast: 4 },
      measured: fasterThanTheSdk(firstSeen),
      beside: sdkToRaw(firstSeen),
    },
    {
      name: "SDK's local check / ours, one at a time, repeat",
      wanted: { atLeast: 80 },
      measured: fasterThanTheSdk(repeat),
    },
  ];
}
