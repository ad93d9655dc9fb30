import type { StytchEmulator } from 'stytch-emulator';
import type { TestBrowser, TestResponse } from 'nestjs-stytch/testing';

/** The path of the Stytch API that codes are tried at. */
export const authenticateCodePath = '/v1/otps/authenticate';

/** The newest code that was sent to an email address or phone number. */
export async function codeSentTo(emulator: StytchEmulator, to: string): Promise<string> {
  const { code } = await emulator.messages.wait({ to, kind: 'code' });
  return code;
}

/** A code of the same length that was not sent. */
export const wrongCode = (code: string): string =>
  code.replaceAll(/\d/g, (digit) => String((Number(digit) + 1) % 10));

export const finishWith = (
  browser: TestBrowser,
  code: unknown,
  method = 'email-otp',
): Promise<TestResponse> => browser.postJson(`/auth/login/${method}/finish`, { code });
