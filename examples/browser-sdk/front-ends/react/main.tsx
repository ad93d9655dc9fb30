import { createStytchClient, StytchProvider } from '@stytch/react';
import { createRoot } from 'react-dom/client';
import { errorMessage } from '../shared/error-message.js';
import { completeSignIn } from '../shared/sign-in.js';
import { publicToken, stytchOptions } from '../shared/stytch.js';
import '../shared/style.css';
import { App, type AppProps } from './app.js';

const stytch = createStytchClient(publicToken, stytchOptions);
const root = createRoot(document.querySelector('main')!);

root.render(
  <section className="card">
    <p className="quiet" role="status">
      Signing you in…
    </p>
  </section>,
);
const props = await readCallback();
root.render(
  <StytchProvider stytch={stytch}>
    <App {...props} />
  </StytchProvider>,
);

/** Outside of React, which may run an effect twice: the token works once. */
async function readCallback(): Promise<AppProps> {
  try {
    return { firstStep: await completeSignIn(stytch), error: undefined };
  } catch (error) {
    return { firstStep: { name: 'start' }, error: errorMessage(error) };
  }
}
