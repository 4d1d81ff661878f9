/** A message on Alloy's subjects that no Alloy service sends. */
export interface ForgedMessage {
  readonly reason: 'bad_subject' | 'bad_payload' | 'unknown_release';
  readonly subject: string;
}

/** Whether the value is a valid version of an event in its stream (from 1). */
export const isVersion = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
