import type { B2BClient } from 'stytch';
import type { FinishCall, StytchResponse } from '../../lib/index.js';
import { sessionLengthOf } from './session-length.js';

/** Exchanges an intermediate session for a session in an organization. Joins it if the person may. */
export const exchangeIntermediateSession = (
  call: FinishCall<B2BClient>,
  { token, organization }: { readonly token: string; readonly organization: string },
): Promise<StytchResponse<unknown>> =>
  call.stytch('discovery/intermediate_sessions/exchange', ({ discovery }) =>
    discovery.intermediateSessions.exchange({
      intermediate_session_token: token,
      organization_id: organization,
      ...sessionLengthOf(call),
    }),
  );
