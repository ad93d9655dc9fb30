import { readFileSync } from 'node:fs';
import { Controller, Get, Header } from '@nestjs/common';
import { Public } from 'nestjs-stytch';
import type { Page } from 'playwright-core';
import type { EmulatorServer } from 'stytch-emulator';

/** The package as it is published, in the form that a page loads without a bundler. */
const scripts = {
  StytchClient: readFileSync('node_modules/@stytch/vanilla-js/dist/iife/index.headless.js', 'utf8'),
  StytchB2BClient: readFileSync('node_modules/@stytch/vanilla-js/dist/iife/b2b/index.headless.js', 'utf8'),
};

@Controller()
export class EmptyPageController {
  /** A page without a script, which a test calls the application from. */
  @Public()
  @Get()
  @Header('content-type', 'text/html')
  show() {
    return '<!doctype html><title>Application</title>';
  }
}

/** Loads the SDK into the page, and creates the global `client`. */
export async function createClient(
  page: Page,
  name: keyof typeof scripts,
  { publicToken, url }: EmulatorServer,
): Promise<void> {
  const endpoints = { testAPIURL: url, liveAPIURL: url, dfpBackendURL: url };
  await page.addScriptTag({ content: scripts[name] });
  await page.evaluate(`client = new stytch.${name}('${publicToken}', ${JSON.stringify({ endpoints })})`);
}

/** Calls a method of the client in the page. */
export const callClient = (page: Page, method: string, parameters: object = {}): Promise<unknown> =>
  page.evaluate(`client.${method}(${JSON.stringify(parameters)})`);

/** The status of a request from the page, with JSON if there is a body. */
export function send(page: Page, path: string, body?: object): Promise<number> {
  const post = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  return page.evaluate(async (request) => (await fetch(request.path, request.init)).status, {
    path,
    init: body === undefined ? {} : post,
  });
}
