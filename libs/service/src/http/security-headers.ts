import { ServerResponse, type IncomingMessage } from 'node:http';

/** Headers of every HTTP answer: no browser guesses its type, shows it in a frame, or keeps it; nearly all answers hold what only the token's owner may see. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "frame-ancestors 'none'",
  'cache-control': 'no-store',
};

/** Has the security headers from the start, so that the answers that Node itself gives (417, 400 without a Host) have them too. */
export class SecureResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  constructor(...args: ConstructorParameters<typeof ServerResponse<Request>>) {
    super(...args);
    for (const [name, value] of Object.entries(securityHeaders)) this.setHeader(name, value);
  }
}
