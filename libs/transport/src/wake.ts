import { eventFamilies, type EventFamily } from '@alloy/contracts';

/** "Something was appended to this stream": all that a handler is told, and all that it may use. */
export interface Wake {
  readonly family: EventFamily;
  readonly type: string;
  /** e.g. `release-<ULID>`: look at its whole state in Postgres. */
  readonly stream: string;
}

const SUBJECT = /^alloy\.event\.([a-z]+)\.([A-Za-z]+)\.([^.\s*>]+)$/;

/** The inverse of `wakeSubject`; undefined for anything else. */
export function parseWake(subject: string): Wake | undefined {
  const [, family, type, stream] = SUBJECT.exec(subject) ?? [];
  return isFamily(family) && type && stream ? { family, type, stream } : undefined;
}

const isFamily = (family: string | undefined): family is EventFamily => (eventFamilies as readonly (string | undefined)[]).includes(family);
