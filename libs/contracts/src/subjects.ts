/** A stream as one token of a subject: the name of a project may have dots. */
const tokenOf = (stream: string): string => stream.replaceAll('.', '%2E');
/** The stream of a subject's last token. */
export const streamOfToken = (token: string): string => token.replaceAll('%2E', '.');
/** Subject of the JetStream trigger for an event; services never act on its content. */
export const triggerSubject = (family: string, type: string, stream: string): string => `alloy.event.${family}.${type}.${tokenOf(stream)}`;

/**
 * Core NATS subject of a commit notification, from the writer to the relay and to the services that act on the event.
 * It may be lost. The payload is the event's version in its stream.
 */
export const commitSubject = (family: string, type: string, stream: string): string => `alloy.poke.${family}.${type}.${tokenOf(stream)}`;
export const COMMIT_SUBJECTS = 'alloy.poke.>';

/** Core NATS subject by which ingest reports to the executors that a plan is requested; it has no content. */
export const PLAN_SUBJECT = 'alloy.plan';
