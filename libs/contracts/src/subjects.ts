/** Subject of the JetStream wake for an event; its content is never acted upon. */
export const wakeSubject = (family: string, type: string, stream: string): string => `alloy.event.${family}.${type}.${stream}`;
/** Core NATS: "something was committed", from any writer to the relay. */
export const POKE_SUBJECT = 'alloy.poke';
