/** A message on Alloy's subjects that none of its services sends. */
export interface ForgedMessage {
  readonly reason: 'bad_subject' | 'bad_payload' | 'unknown_release';
  readonly subject: string;
}

/** Versions of events in a stream count from 1. */
export const isVersion = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
