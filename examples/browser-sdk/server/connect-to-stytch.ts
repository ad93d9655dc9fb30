import { startStytchEmulator } from 'stytch-emulator';

/** The project in the environment, or an emulator if there is none. */
export async function connectToStytch() {
  const {
    STYTCH_PROJECT_ID: projectId,
    STYTCH_SECRET: secret,
    STYTCH_PUBLIC_TOKEN: publicToken,
  } = process.env;
  if (projectId !== undefined && secret !== undefined && publicToken !== undefined)
    return { credentials: { projectId, secret }, publicToken };
  const emulator = await startStytchEmulator({ port: 4400 });
  const credentials = { projectId: emulator.projectId, secret: emulator.secret };
  return { credentials, publicToken: emulator.publicToken, emulator };
}
