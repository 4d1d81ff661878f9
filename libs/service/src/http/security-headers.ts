import { ServerResponse, type IncomingMessage } from 'node:http';

/**
 * Headers of every HTTP response: browsers do not guess its type, show it in a frame, or cache it, because nearly all
 * responses are only for the token's owner.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "frame-ancestors 'none'",
  'cache-control': 'no-store',
};

/**
 * Has the security headers from the start, so that responses of Node itself (417, 400 without a Host) have them, too.
 */
export class SecureResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  constructor(...args: ConstructorParameters<typeof ServerResponse<Request>>) {
    super(...args);
    for (const [name, value] of Object.entries(securityHeaders)) this.setHeader(name, value);
  }
}
