/**
 * Stytch looks passwords up at HaveIBeenPwned. The emulator uses no network: it knows some of the most frequent
 * passwords in that data set, and the last three, which are strong apart from having been published.
 */
const breachedPasswords: ReadonlySet<string> = new Set([
  '123456',
  '123456789',
  'qwerty',
  'password',
  '111111',
  '12345678',
  'abc123',
  '1234567',
  'password1',
  '12345',
  '1234567890',
  '123123',
  '000000',
  'iloveyou',
  '1q2w3e4r',
  'letmein',
  'admin',
  'P@ssw0rd',
  'Tr0ub4dor&3',
  'correcthorsebatterystaple',
  'correct horse battery staple',
]);

export function isBreached(password: string): boolean {
  return breachedPasswords.has(password);
}
