import { useStytch, useStytchUser, type Session } from '@stytch/react';
import { type Caller } from '../shared/api.js';
import { describeSession } from '../shared/describe-session.js';
import { signOutWithSdk, signOutWithServer } from '../shared/sign-out.js';
import { type Run } from './use-task.js';

interface SignedInProps {
  readonly session: Session;
  readonly run: Run;
  readonly caller: () => Caller;
}

export function SignedIn({ session, run, caller }: SignedInProps) {
  const stytch = useStytch();
  const { user } = useStytchUser();
  const name = user?.emails[0]?.email ?? session.user_id;
  const { expires, factors } = describeSession(session);

  return (
    <>
      <div className="person">
        <span className="initial" aria-hidden="true">
          {name[0]}
        </span>
        <div>
          <p className="signed-in">Signed in</p>
          <h1 tabIndex={-1}>{name}</h1>
        </div>
      </div>
      <dl className="session">
        <div>
          <dt>Signed in with</dt>
          <dd>{factors}</dd>
        </div>
        <div>
          <dt>Expires</dt>
          <dd>{expires}</dd>
        </div>
      </dl>
      <div className="actions">
        <button className="button plain" onClick={() => run(() => signOutWithSdk(stytch))}>
          Sign out with the SDK
        </button>
        <button
          className="button plain"
          onClick={() => run(() => signOutWithServer(stytch, caller(), false))}
        >
          Sign out with the server
        </button>
        <button className="button plain" onClick={() => run(() => signOutWithServer(stytch, caller(), true))}>
          Sign out everywhere
        </button>
      </div>
    </>
  );
}
