import { eventFamilies, streamOfToken, type EventFamily } from '@alloy/contracts';

/** An event was appended to this stream: the only content that a handler may use. */
export interface Trigger {
  readonly family: EventFamily;
  readonly type: string;
  /** For example `release-<ULID>`; the handler reads its whole state from Postgres. */
  readonly stream: string;
}

const SUBJECT = /^alloy\.event\.([a-z]+)\.([A-Za-z]+)\.([^.\s*>]+)$/;

/** The inverse of `triggerSubject`; undefined for any other subject. */
export function parseTrigger(subject: string): Trigger | undefined {
  const [, family, type, token] = SUBJECT.exec(subject) ?? [];
  return isFamily(family) && type && token ? { family, type, stream: streamOfToken(token) } : undefined;
}

const isFamily = (family: string | undefined): family is EventFamily => (eventFamilies as readonly (string | undefined)[]).includes(family);
