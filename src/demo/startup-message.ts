import { type StytchConnection } from './stytch-connection.js';

/** What the terminal shows when the demo is ready. */
export function startupMessage(appUrl: string, { emulatorUrl, inboxUrl }: StytchConnection): string {
  const rows =
    emulatorUrl === undefined || inboxUrl === undefined
      ? [
          ['Demo', appUrl],
          ['Stytch', 'the project in STYTCH_PROJECT_ID'],
          [
            'Redirect URL',
            `${appUrl}/authenticate (register it in the Stytch dashboard, for login and sign-up)`,
          ],
        ]
      : [
          ['Demo', appUrl, 'sign in with any email address'],
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
