import type { RouteOf, NotificationType } from '@alloy/policy';
import type { HttpAnswer, HttpClient } from '../../http/http-client';
import { judgeAnswer } from '../../http/judge-answer';
import { SendFailure } from '../../http/send-failure';
import type { Channel, Message } from '../channel';
import { slackMessage } from './slack-message';

/**
 * Errors after which no message, and after which this message, can succeed; other errors are retried.
 * https://docs.slack.dev/reference/methods/chat.postMessage
 */
const disabling: ReadonlySet<string> = new Set([
  'invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'missing_scope', 'no_permission',
  'channel_not_found', 'not_in_channel', 'is_archived',
]);
const hopeless: ReadonlySet<string> = new Set([
  'invalid_blocks', 'invalid_blocks_format', 'msg_too_long', 'msg_blocks_too_long', 'no_text',
]);
/** Types that are also sent to the channel, not only to the thread. */
const broadcast: ReadonlySet<NotificationType> = new Set(['rolledBack', 'failed', 'stuck']);

/**
 * Slack: plain messages by an incoming webhook, or one thread per release with a bot's token. `api` ends with a slash.
 */
export const slackChannel = (http: HttpClient, api: string): Channel<RouteOf<'slack'>> => ({
  send: (message) => (message.route.tokenSecret === undefined ? byWebhook(http, message) : byBot(http, api, message)),
});

async function byWebhook(http: HttpClient, { notification, headline, route, secret }: Message<RouteOf<'slack'>>): Promise<void> {
  const answer = await http.post(await secret(route.urlSecret!), JSON.stringify(slackMessage(notification, headline)));
  judgeAnswer(answer, { giveUp: [400, 413], disable: [401, 403, 404, 410] });
}

async function byBot(
  http: HttpClient,
  api: string,
  { notification, headline, route, secret, thread }: Message<RouteOf<'slack'>>,
): Promise<void> {
  const parent = await thread.find();
  const inThread = parent === undefined ? {} : { thread_ts: parent, reply_broadcast: broadcast.has(notification.what) };
  const body = JSON.stringify({ channel: route.channel, ...slackMessage(notification, headline), ...inThread, unfurl_links: false });
  const answer = await http.post(`${api}chat.postMessage`, body, {
    'content-type': 'application/json; charset=utf-8',
    authorization: `Bearer ${(await secret(route.tokenSecret!)).trim()}`,
  });
  judgeAnswer(answer, {});
  const ts = timestampOf(answer);
  if (parent === undefined) await thread.keep(ts);
}

/** Slack always answers 200; the body says whether it accepted the message. */
function timestampOf({ text }: HttpAnswer): string {
  const { ok, ts, error } = parse(text);
  if (ok === true && typeof ts === 'string') return ts;
  const why = typeof error === 'string' && /^[a-z_]{1,60}$/.test(error) ? error : 'an invalid answer';
  throw new SendFailure(disabling.has(why) ? 'disable' : hopeless.has(why) ? 'giveUp' : 'retry', why);
}

function parse(text: string): { readonly ok?: unknown; readonly ts?: unknown; readonly error?: unknown } {
  try {
    return (JSON.parse(text) as object | null) ?? {};
  } catch {
    return {};
  }
}
