import { useStytchSession } from '@stytch/react';
import { useEffect, useRef, useState } from 'react';
import { type Caller } from '../shared/api.js';
import { moveFocus } from '../shared/move-focus.js';
import { type Step } from '../shared/sign-in.js';
import { type AppProps } from './app.js';
import { SignedIn } from './signed-in.js';
import { SignInStep } from './sign-in-step.js';
import { useTask } from './use-task.js';

/** Shows the session, or else the steps of signing in. */
export function Account({
  firstStep,
  error: firstError,
  caller,
}: AppProps & { readonly caller: () => Caller }) {
  const { session } = useStytchSession();
  const [step, setStep] = useState<Step>(firstStep);
  const { isBusy, error, run, clearError } = useTask(firstError);
  const showStep = (next: Step) => {
    clearError();
    setStep(next);
  };
  const sessionId = session?.session_id;

  // Somebody has signed in or out, perhaps in another tab.
  useEffect(() => () => setStep({ name: 'start' }), [sessionId]);

  // A new password is also chosen while somebody is signed in.
  const isSignedIn = session !== null && step.name !== 'new-password';
  const view = isSignedIn ? 'signed-in' : step.name;

  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    if (card.current !== null) moveFocus(card.current);
  }, [view]);

  return (
    <section className="card" aria-label="Your account" aria-busy={isBusy} ref={card}>
      {isSignedIn ? (
        <SignedIn session={session} run={run} caller={caller} />
      ) : (
        <SignInStep key={view} step={step} run={run} onStep={showStep} />
      )}
      {error !== undefined && (
        <p className="alert" role="alert">
          {error}
        </p>
      )}
    </section>
  );
}
