import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/** Undefined if Chromium is not installed. */
const executablePath = findChromium();

/** Tests that need a real browser. Without one they are skipped, and the title says how to install it. */
export function describeInChromium(title: string, tests: () => void): void {
  if (executablePath === undefined)
    describe.skip(`${title} (skipped: no Chromium; apt-get install chromium, or set CHROMIUM_PATH)`, tests);
  else describe(title, tests);
}

/**
 * A browser that reaches each application under test at its `appUrl`.
 * @param listening the URL the application listens on, by `appUrl`
 */
export async function startChromium(listening: Record<string, string> = {}): Promise<Browser> {
  const rules = Object.entries(listening).map(
    ([appUrl, url]) => `MAP ${new URL(appUrl).host} ${new URL(url).host}`,
  );
  const mappings = rules.length > 0 ? [`--host-resolver-rules=${rules.join(', ')}`] : [];
  return chromium.launch({
    executablePath: executablePath!,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu', ...mappings],
  });
}

function findChromium(): string | undefined {
  const { CHROMIUM_PATH, PATH = '' } = process.env;
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const places = PATH.split(delimiter).flatMap((directory) => names.map((name) => join(directory, name)));
  return [...(CHROMIUM_PATH === undefined ? places : [CHROMIUM_PATH])].find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
