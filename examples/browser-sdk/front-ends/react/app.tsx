import { useStytch } from '@stytch/react';
import { useState } from 'react';
import { type Arrangement } from '../shared/api.js';
import { type Step } from '../shared/sign-in.js';
import { Account } from './account.js';
import { ProtectedRoute } from './protected-route.js';

export interface AppProps {
  /** What the person sees without a session. */
  readonly firstStep: Step;
  /** Why a link or a provider did not sign in. */
  readonly error: string | undefined;
}

export function App(props: AppProps) {
  const stytch = useStytch();
  const [arrangement, setArrangement] = useState<Arrangement>('cookies');
  /** How the API is called, and the JWT that the SDK has at the moment. */
  const caller = () => ({ arrangement, sessionJwt: stytch.session.getTokens()?.session_jwt });

  return (
    <>
      <Account {...props} caller={caller} />
      <ProtectedRoute arrangement={arrangement} onChoose={setArrangement} caller={caller} />
    </>
  );
}
