import type { RouteOf } from '@alloy/policy';
import { Webhook } from 'standardwebhooks';
import type { HttpClient } from '../http/http-client';
import { judgeAnswer } from '../http/judge-answer';
import { SendFailure } from '../http/send-failure';
import type { Channel } from './channel';

/** The notification as JSON, signed according to Standard Webhooks 1.0; 410 disables the route. */
export const webhookChannel = (http: HttpClient): Channel<RouteOf<'webhook'>> => ({
  async send({ notification, headline, key, route, secret }) {
    const body = JSON.stringify({ type: `release.${notification.what}`, timestamp: notification.at, data: { ...notification, headline } });
    const now = new Date();
    const headers = {
      'webhook-id': key,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
      'webhook-signature': signer(await secret(route.keySecret)).sign(key, now, body),
    };
    judgeAnswer(await http.post(await secret(route.urlSecret), body, headers), { disable: [410] });
  },
});

function signer(key: string): Webhook {
  try {
    return new Webhook(key.trim());
  } catch {
    throw new SendFailure('disable', 'the signing key is not a whsec_ key in base64');
  }
}
