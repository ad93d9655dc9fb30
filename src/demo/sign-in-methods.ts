import {
  emailOtp,
  magicLinks,
  oauth,
  passwords,
  smsOtp,
  whatsappOtp,
  type SignInMethodOption,
} from 'nestjs-stytch';

export interface DemoMethodSettings {
  /** Text messages of a real project cost money, so they are offered with the emulator only. */
  readonly hasEmulator: boolean;
  readonly publicToken: string | undefined;
}

/** The countries whose phone numbers get codes. */
const countries = ['US', 'CA', 'GB', 'DE', 'FR', 'NL', 'ES', 'IT', 'IN', 'BR', 'JP', 'AU'];

export const demoMethods = ({ hasEmulator, publicToken }: DemoMethodSettings): SignInMethodOption[] => [
  magicLinks(),
  passwords(),
  emailOtp(),
  ...(hasEmulator ? [smsOtp({ countries }), whatsappOtp({ countries })] : []),
  ...(publicToken === undefined ? [] : [oauth(['google', 'github'])]),
];
