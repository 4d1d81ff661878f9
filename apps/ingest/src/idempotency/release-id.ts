import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash, randomBytes } from 'node:crypto';
import { encodeTime, ulidToUUID } from 'ulid';

const TIME_LENGTH = 10;
/** Crockford's base 32, as ULIDs use it. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_LENGTH = 16;

const reserved = new AsyncLocalStorage<string>();

/** The id of the release that a request makes: the one reserved by the request's idempotency key, else a new ULID. */
export const newReleaseId = (): string => reserved.getStore() ?? ulidOf(Date.now(), randomBytes(RANDOM_LENGTH));

/** Whether the request's idempotency key has reserved the id. */
export const isReserved = (): boolean => reserved.getStore() !== undefined;

/** The id of the one event that a request appends to a release that is there, for `append`'s options: a repetition under the same key adds nothing. Without a key: none. */
export function idsOfEvent(): { readonly ids?: readonly string[] } {
  const id = reserved.getStore();
  return id === undefined ? {} : { ids: [ulidToUUID(id).toLowerCase()] };
}

/** Lets whatever `make` does take this id for its release. */
export const withReleaseId = <T>(id: string, make: () => Promise<T>): Promise<T> => reserved.run(id, make);

/** The same ULID for the same account, key and time (ms since 1970): so whoever does the request again finds what was done. */
export function releaseIdOf(account: string, key: string, createdAt: number): string {
  return ulidOf(createdAt, createHash('sha256').update(JSON.stringify([account, key])).digest());
}

/** Of each byte five bits count. The library's own `ulid` asks the system for each character by itself. */
function ulidOf(time: number, bytes: Buffer): string {
  let id = encodeTime(time, TIME_LENGTH);
  for (const byte of bytes.subarray(0, RANDOM_LENGTH)) id += ALPHABET[byte % ALPHABET.length]!;
  return id;
}
