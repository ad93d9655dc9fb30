/// <reference types="vite/client" />

/** What `front-end.ts` defines. */
interface ImportMetaEnv {
  readonly VITE_PUBLIC_TOKEN: string;
  readonly VITE_API_URL: string;
  readonly VITE_EMULATOR_URL: string | undefined;
  readonly VITE_INBOX_URL: string | undefined;
}
