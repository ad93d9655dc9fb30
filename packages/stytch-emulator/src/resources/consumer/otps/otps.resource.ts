import { type Resource } from '../../resource.js';
import { type Consumer } from '../consumer.js';
import { authenticate } from './authenticate.js';
import { type OtpContext } from './otp-context.js';
import { otpsSdkRoutes } from './otps.sdk-routes.js';
import { Passcodes } from './passcodes.js';
import { loginOrCreate, send } from './send-code.js';

export function otpsResource(consumer: Consumer): Resource {
  const passcodes = new Passcodes(consumer.clock);
  const context: OtpContext = { ...consumer, passcodes };
  consumer.users.onDelete((userId) => {
    passcodes.revokeAllOf(userId);
  });
  return {
    name: 'otps',
    routes: {
      'POST /v1/otps/authenticate': ({ fields }) => authenticate(context, fields),
      'POST /v1/otps/email/login_or_create': ({ fields }) => loginOrCreate(context, fields, 'email'),
      'POST /v1/otps/email/send': ({ fields }) => send(context, fields, 'email'),
      'POST /v1/otps/sms/login_or_create': ({ fields }) => loginOrCreate(context, fields, 'sms'),
      'POST /v1/otps/sms/send': ({ fields }) => send(context, fields, 'sms'),
      'POST /v1/otps/whatsapp/login_or_create': ({ fields }) => loginOrCreate(context, fields, 'whatsapp'),
      'POST /v1/otps/whatsapp/send': ({ fields }) => send(context, fields, 'whatsapp'),
    },
    sdkRoutes: otpsSdkRoutes(context),
    entries: passcodes.entries,
    tidy() {
      passcodes.removeOld();
    },
    messageStatus(message) {
      if (message.kind !== 'code') return undefined;
      const passcode = passcodes.find(message.methodId);
      return (
        passcode && {
          state: passcode.messageId === message.id ? passcodes.stateOf(passcode) : 'replaced',
          expiresAtSeconds: passcode.expiresAtSeconds,
          details: [['Method ID', message.methodId]],
        }
      );
    },
  };
}
