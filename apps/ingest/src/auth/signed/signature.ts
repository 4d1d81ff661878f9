import { createHmac, timingSafeEqual } from 'node:crypto';

/** Seconds by which the sender's clock may differ, and for which a message may be on its way. */
const TOLERANCE_SECONDS = 300;
const SECRET = /^whsec_([A-Za-z0-9+/]{32,88}={0,2})$/;
const ID = /^[\x21-\x7e]{1,255}$/;

/** What a Standard Webhooks message carries besides its body. */
export interface SignedHeaders {
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** As sent: `v1,…`, several with a space between them. */
  readonly signature: string;
}

export function signedHeaders(headers: Readonly<Record<string, string | undefined>>): SignedHeaders | undefined {
  const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '', 'webhook-signature': signature = '' } = headers;
  return ID.test(id) && /^[0-9]{1,12}$/.test(timestamp) && signature !== '' ? { id, timestamp: Number(timestamp), signature } : undefined;
}

/** Not before and not after five minutes from then. */
export const isTimely = ({ timestamp }: SignedHeaders, nowSeconds: number): boolean => Math.abs(nowSeconds - timestamp) <= TOLERANCE_SECONDS;

/** Whether one of the signatures is that of the secret (`whsec_` and at least 24 bytes in base64), in a time that tells nothing. Source: Standard Webhooks 1.0. */
export function isSigned({ id, timestamp, signature }: SignedHeaders, body: Buffer, secret: string): boolean {
  const key = SECRET.exec(secret)?.[1];
  if (key === undefined) return false;
  const wanted = createHmac('sha256', Buffer.from(key, 'base64')).update(`${id}.${timestamp}.`).update(body).digest();
  const given = signature.split(' ').filter((one) => one.startsWith('v1,')).map((one) => Buffer.from(one.slice(3), 'base64'));
  return given.some((one) => one.length === wanted.length && timingSafeEqual(one, wanted));
}
