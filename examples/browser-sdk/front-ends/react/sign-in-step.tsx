import { useStytch } from '@stytch/react';
import { type SubmitEventHandler } from 'react';
import { act, type Step } from '../shared/sign-in.js';
import { inboxUrl } from '../shared/stytch.js';
import { type Run } from './use-task.js';

interface SignInStepProps {
  readonly step: Step;
  readonly run: Run;
  readonly onStep: (step: Step) => void;
}

/** One step of signing in: a form whose buttons say by their value what they do. */
export function SignInStep({ step, run, onStep }: SignInStepProps) {
  const stytch = useStytch();

  const submit: SubmitEventHandler<HTMLFormElement> = (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const { value } = event.nativeEvent.submitter as HTMLButtonElement;
    run(async () => {
      const next = await act(stytch, value, form);
      if (next !== undefined) onStep(next);
    });
  };

  const inbox = inboxUrl !== undefined && (
    <a className="button" href={inboxUrl} target="_blank">
      Open the inbox
    </a>
  );
  const back = (
    <button className="button plain" type="button" onClick={() => onStep({ name: 'start' })}>
      Back
    </button>
  );

  switch (step.name) {
    case 'start':
      return (
        <>
          <h1 tabIndex={-1}>Sign in</h1>
          <form onSubmit={submit}>
            <label htmlFor="email">Email address</label>
            <input id="email" name="email" type="email" autoComplete="email" required />
            <div className="actions">
              <button className="button" value="send-link">
                Email me a link
              </button>
              <button className="button plain" value="send-code">
                Email me a code
              </button>
            </div>
          </form>
          <p className="or">or</p>
          <form onSubmit={submit}>
            <div className="actions">
              <button className="button plain" value="continue-with-google">
                Continue with Google
              </button>
              <button className="button plain" type="button" onClick={() => onStep({ name: 'password' })}>
                Use a password
              </button>
            </div>
          </form>
        </>
      );

    case 'link-sent':
      return (
        <>
          <h1 tabIndex={-1}>Check your inbox</h1>
          <p className="quiet">
            We’ve sent a link to <strong>{step.email}</strong>. Open it in this browser soon: links don’t work
            for long.
          </p>
          <div className="actions">
            {inbox}
            {back}
          </div>
        </>
      );

    case 'code':
      return (
        <>
          <h1 tabIndex={-1}>Enter your code</h1>
          <p className="quiet">
            We’ve sent a code to <strong>{step.email}</strong>.
          </p>
          <form onSubmit={submit}>
            <label htmlFor="code">Code</label>
            <input id="code" name="code" inputMode="numeric" autoComplete="one-time-code" required />
            <input name="methodId" type="hidden" value={step.methodId} />
            <div className="actions">
              <button className="button" value="sign-in-with-code">
                Sign in
              </button>
              {inbox}
              {back}
            </div>
          </form>
        </>
      );

    case 'password':
      return (
        <>
          <h1 tabIndex={-1}>Use a password</h1>
          <form onSubmit={submit}>
            <label htmlFor="email">Email address</label>
            <input id="email" name="email" type="email" autoComplete="username" required />
            <label htmlFor="password">Password</label>
            <input id="password" name="password" type="password" autoComplete="current-password" required />
            <div className="actions">
              <button className="button" value="sign-in-with-password">
                Sign in
              </button>
              <button className="button plain" value="create-account">
                Create an account
              </button>
            </div>
            <div className="links">
              <button className="link" value="send-reset-link" formNoValidate>
                Forgot your password?
              </button>
              <button className="link" type="button" onClick={() => onStep({ name: 'start' })}>
                Back
              </button>
            </div>
          </form>
        </>
      );

    case 'new-password':
      return (
        <>
          <h1 tabIndex={-1}>Choose a new password</h1>
          <form onSubmit={submit}>
            <label htmlFor="password">New password</label>
            <input id="password" name="password" type="password" autoComplete="new-password" required />
            <input name="token" type="hidden" value={step.token} />
            <div className="actions">
              <button className="button" value="set-password">
                Save and sign in
              </button>
            </div>
          </form>
        </>
      );
  }
}
