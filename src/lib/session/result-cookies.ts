import { Injectable } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { SessionCookies } from '../cookies/session-cookies.js';
import type { SessionResult } from './session-result.js';

/** Writes the session cookies that a result calls for: renewed ones, or cleared ones. */
@Injectable()
export class ResultCookies {
  constructor(private readonly cookies: SessionCookies) {}

  apply(result: SessionResult, response: ServerResponse): void {
    if (result.kind === 'signed_in' && result.renewed !== undefined) {
      this.cookies.write(response, result.renewed);
    } else if (result.kind === 'signed_out' && result.shouldClearCookies) {
      this.cookies.clear(response);
    }
  }
}
