import {
  type SessionOnTheWire,
  startStytchEmulator,
  type StytchEmulator,
  type StytchEmulatorOptions,
  type UserOnTheWire,
} from 'nestjs-stytch/emulator';
import stytch from 'stytch';

/** The fields the tests look into; every answer has some of them. */
export interface Answer {
  email_id: string;
  emails: UserOnTheWire['emails'];
  error_message: string;
  external_id: string | null;
  method_id: string;
  phone_id: string;
  project_id: string;
  reset_sessions: boolean;
  results: UserOnTheWire[];
  results_metadata: { next_cursor: string | null; total: number };
  session: SessionOnTheWire;
  session_jwt: string;
  session_token: string;
  sessions: SessionOnTheWire[];
  token: string;
  user: UserOnTheWire;
  user_created: boolean;
  user_id: string;
}

export const callback = 'http://localhost:3000/authenticate';

/** One emulator for the tests of a file, as new before each of them. */
export function emulatorUnderTest(options: StytchEmulatorOptions = {}): () => StytchEmulator {
  let emulator: StytchEmulator;
  beforeAll(async () => {
    emulator = await startStytchEmulator(options);
  });
  beforeEach(() => emulator.reset());
  afterAll(() => emulator.close());
  return () => emulator;
}

export function basic(projectId: string, secret: string): string {
  return `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`;
}

/** A call of the API as any language makes it: JSON over HTTP with the project's credentials. */
export async function call(
  emulator: StytchEmulator,
  operation: string,
  body?: unknown,
): Promise<{ status: number; answer: Answer }> {
  const [method = '', path = ''] = operation.split(' ');
  const response = await fetch(emulator.url + path, {
    method,
    headers: {
      authorization: basic(emulator.projectId, emulator.secret),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, answer: (await response.json()) as Answer };
}

/** What a refusal looks like, whatever its text. */
export function refusal(status: number, errorType: string) {
  return {
    status,
    answer: {
      error_message: expect.any(String),
      error_type: errorType,
      error_url: errorType.startsWith('emulator_')
        ? ''
        : `https://stytch.com/docs/api/errors/${status}#${errorType}`,
      request_id: expect.stringMatching(/^request-id-test-[0-9a-f-]{36}$/),
      status_code: status,
    },
  };
}

/** Asks for a link and returns the token in it. */
export async function mailedToken(
  emulator: StytchEmulator,
  email: string,
  extra: object = {},
): Promise<string> {
  await call(emulator, 'POST /v1/magic_links/email/login_or_create', { email, ...extra });
  const message = emulator.messages.latest({ to: email });
  if (!message) throw new Error(`No mail to ${email}.`);
  return message.token;
}

/** Stytch's own client. It warns about every env that is not Stytch's, which is of no interest here. */
export function sdkClient({ projectId, secret, url }: StytchEmulator) {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return new stytch.Client({ project_id: projectId, secret, env: url });
  } finally {
    console.warn = warn;
  }
}
