import {
  emailOtp,
  magicLinks,
  oauth,
  passwords,
  smsOtp,
  whatsappOtp,
  type SignInMethodOption,
} from 'nestjs-stytch';
import type { TestBrowser, TestResponse } from 'nestjs-stytch/testing';
import type { StytchEmulator } from 'stytch-emulator';
import { codeSentTo } from './codes.js';
import { hiddenFieldsOf } from './confirm-page.js';
import { employeeNumbers } from './directory-method.js';
import { callbackPathOf } from './links.js';
import { callStytch } from './passwords.js';
import { chooseAtProvider } from './provider-page.js';

/** Somebody who signs in. Each test has another person, so that limits and users don't affect each other. */
export interface Person {
  readonly email: string;
  readonly phone: string;
  readonly number: string;
}

let count = 0;
export function newPerson(): Person {
  count += 1;
  const number = String(1000 + count);
  return { email: `person-${number}@example.com`, phone: `+1415555${number}`, number };
}

/** What the person completes the sign-in with, after the first step. */
export type Proof =
  | { readonly kind: 'callback'; readonly path: string }
  | { readonly kind: 'code'; readonly code: string }
  /** The first step was enough. */
  | { readonly kind: 'none' };

/** How one method is used in the table of methods and rules. */
export interface MethodRow {
  readonly name: string;
  /** The fields of the first step. */
  readonly fields: (person: Person) => Record<string, string>;
  /** Fields that the method refuses. */
  readonly wrongFields: Record<string, string>;
  /** Whether one of the fields is an email address or a phone number. Default: true. */
  readonly hasRecipient?: boolean;
  /** Whether the first step has Stytch send something to the person, or check what they sent. */
  readonly callsStytch: boolean;
  /** The operation that completes the sign-in. */
  readonly authenticatePath: string;
  /** What must exist at Stytch before. */
  readonly prepare?: (emulator: StytchEmulator, person: Person) => Promise<unknown>;
  readonly proof: (emulator: StytchEmulator, person: Person, started: TestResponse) => Promise<Proof>;
  /** What the confirm page asks for besides confirmation. */
  readonly confirmFields?: Record<string, string>;
  /** What another browser gets to see that has the proof but did not start the sign-in. */
  readonly inAnotherBrowser: 'refused' | 'asked' | 'signed_in';
}

/** Methods that can be switched on together. */
export interface MethodGroup {
  readonly title: string;
  readonly methods: readonly SignInMethodOption[];
  readonly rows: readonly MethodRow[];
}

const password = 'correct horse battery staple 2026';
const withEmail = ({ email }: Person) => ({ email });
const withPhone = ({ phone }: Person) => ({ phone_number: phone });
const linkTo = async (emulator: StytchEmulator, { email }: Person): Promise<Proof> => ({
  kind: 'callback',
  path: await callbackPathOf(emulator, email),
});
const codeTo =
  (recipient: (person: Person) => string) =>
  async (emulator: StytchEmulator, person: Person): Promise<Proof> => ({
    kind: 'code',
    code: await codeSentTo(emulator, recipient(person)),
  });
const createUserWithPassword = (emulator: StytchEmulator, { email }: Person) =>
  callStytch(emulator, '/v1/passwords', { email, password });

const magicLink: MethodRow = {
  name: 'magic-link',
  fields: withEmail,
  wrongFields: { email: 'ada@' },
  callsStytch: true,
  authenticatePath: '/v1/magic_links/authenticate',
  proof: linkTo,
  inAnotherBrowser: 'asked',
};
const emailCode: MethodRow = {
  name: 'email-otp',
  fields: withEmail,
  wrongFields: { email: 'ada@' },
  callsStytch: true,
  authenticatePath: '/v1/otps/authenticate',
  proof: codeTo(({ email }) => email),
  inAnotherBrowser: 'refused',
};
const smsCode: MethodRow = {
  ...emailCode,
  name: 'sms-otp',
  fields: withPhone,
  wrongFields: { phone_number: '555' },
  proof: codeTo(({ phone }) => phone),
};
const passwordReset: MethodRow = {
  name: 'password-reset',
  fields: withEmail,
  wrongFields: { email: 'ada@' },
  callsStytch: true,
  authenticatePath: '/v1/passwords/email/reset',
  prepare: createUserWithPassword,
  proof: linkTo,
  confirmFields: { password: 'another horse battery staple 2026' },
  inAnotherBrowser: 'refused',
};

export const methodGroups: readonly MethodGroup[] = [
  {
    title: 'the methods of the package',
    methods: [
      magicLinks(),
      emailOtp(),
      smsOtp({ countries: ['US'] }),
      whatsappOtp({ countries: ['US'] }),
      oauth(['google', 'github']),
      passwords({ responseTimeMs: 1 }),
    ],
    rows: [
      magicLink,
      emailCode,
      smsCode,
      { ...smsCode, name: 'whatsapp-otp' },
      {
        name: 'oauth',
        hasRecipient: false,
        fields: () => ({ provider: 'google' }),
        wrongFields: { provider: 'gitlab' },
        callsStytch: false,
        authenticatePath: '/v1/oauth/authenticate',
        proof: async (_, { email }, started) => {
          const { url } = started.json() as { url: string };
          return { kind: 'callback', path: await chooseAtProvider(new URL(url), { email }) };
        },
        inAnotherBrowser: 'refused',
      },
      {
        name: 'password',
        fields: ({ email }) => ({ email, password }),
        wrongFields: { email: 'ada@example.com' },
        callsStytch: true,
        authenticatePath: '/v1/passwords/authenticate',
        prepare: createUserWithPassword,
        proof: () => Promise.resolve({ kind: 'none' }),
        inAnotherBrowser: 'signed_in',
      },
      passwordReset,
    ],
  },
  {
    title: 'methods with links for any browser',
    methods: [
      magicLinks({ binding: 'any-browser' }),
      passwords({ resetBinding: 'any-browser', responseTimeMs: 1 }),
    ],
    rows: [magicLink, { ...passwordReset, inAnotherBrowser: 'asked' }],
  },
  {
    title: 'a method of the application',
    methods: [employeeNumbers((number) => Promise.resolve(`person-${number}@example.com`))],
    rows: [
      {
        ...magicLink,
        name: 'employee-number',
        hasRecipient: false,
        fields: ({ number }) => ({ employee_number: number }),
        wrongFields: { employee_number: 'ten' },
        inAnotherBrowser: 'refused',
      },
    ],
  },
];

/** Completes a sign-in like a person who uses a browser. */
export async function completeWith(
  browser: TestBrowser,
  { name, confirmFields = {} }: MethodRow,
  proof: Exclude<Proof, { kind: 'none' }>,
): Promise<TestResponse> {
  if (proof.kind === 'code') return browser.postForm(`/auth/login/${name}/finish`, { code: proof.code });
  const response = await browser.visit(proof.path);
  if (response.status !== 200) return response;
  return browser.postForm('/auth/authenticate', { ...hiddenFieldsOf(response), ...confirmFields });
}
