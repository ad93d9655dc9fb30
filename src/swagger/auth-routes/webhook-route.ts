import { textSchema, type Parameter } from '../openapi.js';
import type { DescribeAuthRoute } from './auth-route.js';

const header = (name: string, description: string): Parameter => ({
  name,
  in: 'header',
  required: true,
  schema: textSchema(description),
});

const receive: DescribeAuthRoute = ({ options }) =>
  options.webhooks.secret === undefined
    ? undefined
    : {
        summary: 'Where Stytch delivers webhooks',
        parameters: [
          header('svix-id', 'The id of the delivery.'),
          header('svix-timestamp', 'When it was signed, in seconds since 1970.'),
          header('svix-signature', 'Its signatures.'),
        ],
        body: { type: 'object', additionalProperties: true },
        bodyTypes: ['application/json'],
        responses: { 204: { description: 'The delivery was handled, or is ignored.' } },
        codes: [
          'webhook_malformed',
          'webhook_signature_invalid',
          'webhook_expired',
          'webhook_not_handled',
          'webhook_raw_body_missing',
        ],
        hasPages: false,
      };

export const webhookRoutes: Readonly<Record<string, DescribeAuthRoute>> = { 'POST webhooks': receive };
