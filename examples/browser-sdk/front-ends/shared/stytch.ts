import { type StytchClientOptions } from '@stytch/vanilla-js/headless';

export const publicToken = import.meta.env.VITE_PUBLIC_TOKEN;

/** How long a session lasts, in minutes. At most what Stytch's dashboard allows for the SDK. */
export const session_duration_minutes = 60;

/**
 * The address that links and providers redirect to. With Stytch, register it in the dashboard as a redirect URL
 * for login, sign-up and password reset.
 */
export const callbackUrl = `${location.origin}/authenticate`;

/** Where to read the emails that the emulator delivers. Undefined with Stytch. */
export const inboxUrl = import.meta.env.VITE_INBOX_URL;

const emulatorUrl = import.meta.env.VITE_EMULATOR_URL;

/**
 * Directs the SDK to the emulator. This option is not documented: the types don't know it, and another version of the
 * SDK may not have it. The documented `customBaseUrl` doesn't work, since it is always called by https.
 */
const toEmulator: object = {
  endpoints: {
    testAPIURL: emulatorUrl,
    liveAPIURL: emulatorUrl,
    dfpBackendURL: emulatorUrl,
    clientsideServicesIframeURL: emulatorUrl,
  },
};

/** The options of the SDK's client. Stytch itself needs none. */
export const stytchOptions: StytchClientOptions = emulatorUrl === undefined ? {} : toEmulator;
