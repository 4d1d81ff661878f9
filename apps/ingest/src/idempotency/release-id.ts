import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash, randomBytes } from 'node:crypto';
import { encodeTime, ulidToUUID } from 'ulid';

const TIME_LENGTH = 10;
/** Crockford's base 32, as ULIDs use it. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_LENGTH = 16;

const reserved = new AsyncLocalStorage<string>();

/** The id for the release of the current request: the id reserved by its idempotency key, else a new ULID. */
export const newReleaseId = (): string => reserved.getStore() ?? ulidOf(Date.now(), randomBytes(RANDOM_LENGTH));

/** Whether the request's idempotency key has reserved the id. */
export const isReserved = (): boolean => reserved.getStore() !== undefined;

/**
 * The id of the event that a request appends to an existing release, for `append`'s options: a repetition with the same
 * key adds nothing. Without a key: none.
 */
export function idsOfEvent(): { readonly ids?: readonly string[] } {
  const id = reserved.getStore();
  return id === undefined ? {} : { ids: [ulidToUUID(id).toLowerCase()] };
}

/** Runs `make` with this id reserved for its release. */
export const withReleaseId = <T>(id: string, make: () => Promise<T>): Promise<T> => reserved.run(id, make);

/**
 * The same ULID for the same account, key and time (ms since 1970), so that a repetition finds the release of the first
 * attempt.
 */
export function releaseIdOf(account: string, key: string, createdAt: number): string {
  return ulidOf(createdAt, createHash('sha256').update(JSON.stringify([account, key])).digest());
}

/** Uses five bits of each byte. The library's own `ulid` calls the system for each character. */
function ulidOf(time: number, bytes: Buffer): string {
  let id = encodeTime(time, TIME_LENGTH);
  for (const byte of bytes.subarray(0, RANDOM_LENGTH)) id += ALPHABET[byte % ALPHABET.length]!;
  return id;
}
