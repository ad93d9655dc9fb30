import { type StytchConnection } from './stytch-connection.js';

/** What differs between the demos. */
export interface DemoDescription {
  /** The path of the redirect URL. */
  readonly callbackPath: string;
  /** What the redirect URL has to be registered for. */
  readonly redirectUrlTypes: string;
  /** How to sign in with the emulator. */
  readonly hint: string;
}

/** What the terminal shows when the demo is ready. */
export function startupMessage(
  appUrl: string,
  { emulatorUrl, inboxUrl }: StytchConnection,
  { callbackPath, redirectUrlTypes, hint }: DemoDescription,
): string {
  const rows =
    emulatorUrl === undefined || inboxUrl === undefined
      ? [
          ['Demo', appUrl],
          ['Stytch', 'the project in STYTCH_PROJECT_ID'],
          [
            'Redirect URL',
            `${appUrl}${callbackPath} (register it in the Stytch dashboard, for ${redirectUrlTypes})`,
          ],
        ]
      : [
          ['Demo', appUrl, hint],
          ['Inbox', inboxUrl, 'the sign-in emails arrive here'],
          ['Emulator', emulatorUrl, 'used instead of Stytch'],
        ];
  return `\n${table(rows)}\n\n  Press Ctrl+C to stop.\n\n`;
}

function table(rows: string[][]): string {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((cells) =>
      `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ')}`.trimEnd(),
    )
    .join('\n');
}
