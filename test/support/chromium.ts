import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/** Where Chromium is on this machine, if it is. */
const executablePath = findChromium();

/** Facts that need a real browser; reported as skipped, with the way to get one, where there is none. */
export function describeInChromium(title: string, facts: () => void): void {
  if (executablePath === undefined)
    describe.skip(`${title} (skipped: no Chromium; apt-get install chromium, or set CHROMIUM_PATH)`, facts);
  else describe(title, facts);
}

/**
 * A browser to which applications under test are reached by their `appUrl`, wherever they listen.
 * @param listening the URL an application listens at, by its `appUrl`
 */
export async function startChromium(listening: Record<string, string> = {}): Promise<Browser> {
  const rules = Object.entries(listening).map(
    ([appUrl, url]) => `MAP ${new URL(appUrl).host} ${new URL(url).host}`,
  );
  const elsewhere = rules.length > 0 ? [`--host-resolver-rules=${rules.join(', ')}`] : [];
  return chromium.launch({
    executablePath: executablePath!,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu', ...elsewhere],
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
