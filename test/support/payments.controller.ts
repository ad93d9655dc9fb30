import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern } from '@nestjs/microservices';
import {
  CurrentClient,
  CurrentSession,
  OptionalSession,
  Protected,
  RequireScopes,
  type M2MClient,
  type UserSession,
} from 'nestjs-stytch';

/** Message handlers, for specs about messages. */
@Controller()
export class PaymentsController {
  readonly events: string[] = [];

  @Protected({ credentials: ['bearer', 'm2m'] })
  @MessagePattern('who')
  who(@CurrentSession() session?: UserSession, @CurrentClient() client?: M2MClient) {
    return session?.userId ?? client?.clientId;
  }

  @RequireScopes('write:payments')
  @Protected({ credentials: ['m2m'] })
  @MessagePattern('pay')
  pay(@CurrentClient() client: M2MClient) {
    return client.clientId;
  }

  @Protected({ credentials: ['bearer'] })
  @EventPattern('paid')
  paid(@CurrentSession() session: UserSession) {
    this.events.push(session.userId);
  }

  @OptionalSession()
  @MessagePattern('maybe')
  maybe(@CurrentSession() session?: UserSession) {
    return session?.userId ?? 'nobody';
  }
}
