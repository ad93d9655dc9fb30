import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';

/** The part of Nest's HTTP adapter that is used here. */
interface HttpAdapter {
  get(path: string, handler: (request: unknown, response: unknown) => void): unknown;
  setHeader(response: unknown, name: string, value: string): unknown;
  reply(response: unknown, body: unknown, status: number): unknown;
}

/**
 * Serves the metadata of RFC 9728. Not a controller, because a global prefix or a version would move its
 * path. It is registered after the routes of the application and before Nest's response to unknown paths.
 */
@Injectable()
export class ResourceMetadataRoute implements OnModuleInit {
  readonly #http: { readonly httpAdapter?: HttpAdapter | undefined };

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: Pick<ResolvedOptions, 'resourceMetadata'>,
    @Inject(HttpAdapterHost) http: { readonly httpAdapter?: HttpAdapter | undefined },
  ) {
    this.#http = http;
  }

  onModuleInit(): void {
    const { resourceMetadata } = this.options;
    const { httpAdapter } = this.#http;
    if (resourceMetadata === undefined || !httpAdapter) return;
    httpAdapter.get(resourceMetadata.path, (_, response) => {
      httpAdapter.setHeader(response, 'Cache-Control', 'public, max-age=300');
      httpAdapter.reply(response, resourceMetadata.document, 200);
    });
  }
}
