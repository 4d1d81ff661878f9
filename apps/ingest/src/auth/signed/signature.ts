import { createHmac, timingSafeEqual } from 'node:crypto';

/** Maximum difference of the sender's clock, including the delivery time of a message, in seconds. */
const TOLERANCE_SECONDS = 300;
const SECRET = /^whsec_([A-Za-z0-9+/]{32,88}={0,2})$/;
const ID = /^[\x21-\x7e]{1,255}$/;

/** The headers of a Standard Webhooks message. */
export interface SignedHeaders {
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** As sent: `v1,…`, several separated by spaces. */
  readonly signature: string;
}

export function signedHeaders(headers: Readonly<Record<string, string | undefined>>): SignedHeaders | undefined {
  const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '', 'webhook-signature': signature = '' } = headers;
  return ID.test(id) && /^[0-9]{1,12}$/.test(timestamp) && signature !== '' ? { id, timestamp: Number(timestamp), signature } : undefined;
}

/** Within five minutes before or after that time. */
export const isTimely = ({ timestamp }: SignedHeaders, nowSeconds: number): boolean =>
  Math.abs(nowSeconds - timestamp) <= TOLERANCE_SECONDS;

/**
 * Whether one of the signatures is made with the secret (`whsec_` and at least 24 bytes in base64), in constant time.
 * Source: Standard Webhooks 1.0.
 */
export function isSigned({ id, timestamp, signature }: SignedHeaders, body: Buffer, secret: string): boolean {
  const key = SECRET.exec(secret)?.[1];
  if (key === undefined) return false;
  const wanted = createHmac('sha256', Buffer.from(key, 'base64')).update(`${id}.${timestamp}.`).update(body).digest();
  const given = signature.split(' ').filter((one) => one.startsWith('v1,')).map((one) => Buffer.from(one.slice(3), 'base64'));
  return given.some((one) => one.length === wanted.length && timingSafeEqual(one, wanted));
}
