import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type Resource } from '../../resource.js';
import { type Consumer } from '../consumer.js';
import { sandboxSignIn } from '../sign-in/sandbox-sign-in.js';
import { sandboxUser } from '../users/sandbox-user.js';

/** What Stytch publishes for its test environment. */
const sandboxWallet = {
  address: '0x6df2dB4Fb3DA35d241901Bd53367770BF03123f1',
  signature: '0x0c4f82edc3c818b6beff4b89e0682994e5878074609903cecdfb',
};

/** The sandbox values of crypto wallets. The emulator serves no other wallet. */
export function cryptoWalletsResource(consumer: Consumer): Resource {
  return {
    name: 'cryptoWallets',
    routes: {
      'POST /v1/crypto_wallets/authenticate/start': ({ fields }) => start(fields),
      'POST /v1/crypto_wallets/authenticate': ({ fields }) => authenticate(consumer, fields),
    },
  };
}

function start(fields: Fields) {
  requireSandboxWallet(fields);
  return {
    user_id: sandboxUser.userId,
    challenge: 'Signing in with Stytch emulator: sandbox',
    user_created: false,
  };
}

function authenticate(consumer: Consumer, fields: Fields) {
  requireSandboxWallet(fields);
  if (fields.string('signature') !== sandboxWallet.signature) {
    refuse(401, 'unable_to_authenticate_crypto_wallet', 'The signature is not that of the sandbox wallet.');
  }
  return { ...sandboxSignIn(consumer, fields), siwe_params: null };
}

function requireSandboxWallet(fields: Fields): void {
  const type = fields.string('crypto_wallet_type');
  const address = fields.string('crypto_wallet_address') ?? '';
  if (type !== 'ethereum' && type !== 'solana') {
    refuse(400, 'bad_request', 'crypto_wallet_type must be ethereum or solana.');
  }
  if (!/^\w{26,44}$/.test(address)) {
    refuse(400, 'invalid_crypto_wallet_address', 'crypto_wallet_address is not the address of a wallet.');
  }
  if (address !== sandboxWallet.address) {
    refuse(501, 'emulator_not_implemented', 'The emulator serves no crypto wallet but that of the sandbox.');
  }
}
