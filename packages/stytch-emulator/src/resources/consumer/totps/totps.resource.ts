import { type Resource } from '../../resource.js';
import { type Consumer } from '../consumer.js';
import { authenticate } from './authenticate.js';
import { createTotp } from './create-totp.js';
import { deleteTotp } from './delete-totp.js';
import { listRecoveryCodes } from './list-recovery-codes.js';
import { recover } from './recover.js';
import { totpsSdkRoutes } from './totps.sdk-routes.js';

export function totpsResource(consumer: Consumer): Resource {
  return {
    name: 'totps',
    routes: {
      'POST /v1/totps': ({ fields }) => createTotp(consumer, fields),
      'POST /v1/totps/authenticate': ({ fields }) => authenticate(consumer, fields),
      'POST /v1/totps/recovery_codes': ({ fields }) => listRecoveryCodes(consumer, fields),
      'POST /v1/totps/recover': ({ fields }) => recover(consumer, fields),
      'DELETE /v1/users/totps/{totp_id}': ({ parameter }) => deleteTotp(consumer.users, parameter('totp_id')),
    },
    sdkRoutes: totpsSdkRoutes(consumer),
  };
}
