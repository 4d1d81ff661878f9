import { connect, type Socket } from 'node:net';
import type { RouteOf } from '@alloy/policy';
import { cut } from '../cut';
import { evidenceOf, factsOf } from '../facts';
import type { AddressGuard } from '@alloy/service';
import { SendFailure } from '../http/send-failure';
import type { Notification } from '../notification';
import type { Channel, Message } from './channel';

const TIMEOUT_MS = 8_000;
const MAX_SUBJECT = 200;

type SocketCallback = (error: Error | null, socket?: { readonly connection: Socket }) => void;

/** E-mail over SMTP; the messages of a release form one thread. Sends user and password only over TLS. */
export const emailChannel = (guard: AddressGuard, timeoutMs = TIMEOUT_MS): Channel<RouteOf<'email'>> => ({
  async send(message) {
    const server = serverOf(await message.secret(message.route.serverSecret));
    // Loaded only where a route sends e-mail, because it takes some MiB.
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({
      ...server, connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs,
      disableFileAccess: true, disableUrlAccess: true,
      getSocket: (_options: unknown, callback: SocketCallback) =>
        dial(server, guard, timeoutMs).then(
          (connection) => callback(null, { connection }),
          (error: Error) => callback(error),
        ),
    });
    try {
      await transport.sendMail(emailOf(message));
    } catch (error) {
      throw failureOf(error);
    } finally {
      transport.close();
    }
  },
});

/** A message in nodemailer's format. */
export function emailOf({
  notification, headline, key, route,
}: Pick<Message<RouteOf<'email'>>, 'notification' | 'headline' | 'key' | 'route'>) {
  const domain = route.from.slice(route.from.lastIndexOf('@') + 1);
  const thread = `<release-${notification.releaseId}@${domain}>`;
  return {
    from: { name: 'Alloy', address: route.from },
    to: [...route.to],
    messageId: `<${key}@${domain}>`,
    inReplyTo: thread,
    references: thread,
    subject: cut(headline.replace(/\s+/g, ' '), MAX_SUBJECT),
    text: textOf(notification, headline),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Alloy-Event': notification.eventId },
  };
}

function textOf(notification: Notification, headline: string): string {
  const lines = (pairs: ReadonlyArray<readonly [string, string]>) => pairs.map(([name, value]) => `${name}: ${value}`);
  return [
    headline,
    '',
    ...lines(factsOf(notification)),
    '',
    `Reason: ${notification.reason.text}`,
    ...lines(evidenceOf(notification)),
    ...(notification.link === null ? [] : ['', notification.link]),
    '',
  ].join('\n');
}

/** Reads only host, port, user and password from the URL, so that it cannot set other options of the library. */
function serverOf(text: string) {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (url === undefined || !/^smtps?:$/.test(url.protocol) || url.hostname === '')
    throw new SendFailure('disable', 'the secret is not an smtp or smtps URL');
  const secure = url.protocol === 'smtps:';
  const auth = url.username === '' ? undefined : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (secure ? 465 : 587)),
    secure,
    auth,
    requireTLS: auth !== undefined,
  };
}

/** A connection with a total time limit, so that a server that answers byte by byte cannot keep it open. */
function dial({ host, port }: { readonly host: string; readonly port: number }, guard: AddressGuard, timeoutMs: number): Promise<Socket> {
  guard.checkHost(host);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup: guard.lookup });
    const deadline = setTimeout(() => socket.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })), timeoutMs);
    socket.once('close', () => clearTimeout(deadline));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      resolve(socket);
    });
  });
}

function failureOf(error: unknown): SendFailure {
  if (error instanceof SendFailure) return error;
  const { responseCode, code } = error as { readonly responseCode?: number; readonly code?: unknown };
  if (responseCode === undefined) return new SendFailure('retry', `no answer: ${typeof code === 'string' ? code : 'unknown'}`);
  const why = `answered ${responseCode}`;
  if (code === 'EAUTH' && responseCode >= 500) return new SendFailure('disable', why);
  return new SendFailure(responseCode >= 500 ? 'giveUp' : 'retry', why);
}
