import { type WhereStytchIs } from './where-stytch-is.js';

/** What the terminal says once everything listens. */
export function greeting(appUrl: string, { emulatorUrl, inboxUrl }: WhereStytchIs): string {
  const lines =
    emulatorUrl === undefined || inboxUrl === undefined
      ? [
          ['Demo', appUrl],
          ['Stytch', 'the project named by STYTCH_PROJECT_ID'],
          ['Redirect URL', `${appUrl}/authenticate (register it there, for login and sign-up)`],
        ]
      : [
          ['Demo', appUrl, 'sign in with any e-mail address'],
          ['Inbox', inboxUrl, 'the link arrives here'],
          ['Emulator', emulatorUrl, 'stands in for Stytch'],
        ];
  return `\n${table(lines)}\n\n  Stop it with Ctrl+C.\n\n`;
}

function table(lines: string[][]): string {
  const widths = [0, 1].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((cells) =>
      `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ')}`.trimEnd(),
    )
    .join('\n');
}
