import { useState, type SubmitEventHandler } from 'react';
import { getDashboard, type ApiResponse, type Arrangement, type Caller } from '../shared/api.js';
import { useTask } from './use-task.js';

interface ProtectedRouteProps {
  readonly arrangement: Arrangement;
  readonly onChoose: (arrangement: Arrangement) => void;
  readonly caller: () => Caller;
}

const arrangements = [
  ['cookies', 'Cookies', 'on this origin, by way of the proxy'],
  ['bearer', 'Bearer token', 'on another origin, with CORS'],
] as const;

/** Calls the API, with or without a session. */
export function ProtectedRoute({ arrangement, onChoose, caller }: ProtectedRouteProps) {
  const [response, setResponse] = useState<ApiResponse>();
  const { isBusy, error, run } = useTask();
  const submit: SubmitEventHandler = (event) => {
    event.preventDefault();
    run(async () => setResponse(await getDashboard(caller())));
  };

  return (
    <section className="card" aria-labelledby="api-heading" aria-busy={isBusy}>
      <h2 id="api-heading">The protected route</h2>
      <p className="quiet">
        <code>GET /dashboard</code> of the Nest application requires a session.
      </p>
      <form onSubmit={submit}>
        <fieldset>
          <legend>How the page calls it</legend>
          {arrangements.map(([value, name, description]) => (
            <label className="choice" key={value}>
              <input
                type="radio"
                name="arrangement"
                checked={arrangement === value}
                onChange={() => onChoose(value)}
              />
              <span>
                {name} <span className="quiet">{description}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <button className="button plain">Call /dashboard</button>
      </form>
      <div role="status">
        {response && (
          <>
            <p className={response.status === 200 ? 'status good' : 'status bad'}>{response.status}</p>
            <pre>{JSON.stringify(response.body, undefined, 2)}</pre>
          </>
        )}
      </div>
      {error && (
        <p className="alert" role="alert">
          {error}
        </p>
      )}
    </section>
  );
}
