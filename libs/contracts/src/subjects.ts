/** Subject of the JetStream wake for an event; its content is never acted upon. */
export const wakeSubject = (family: string, type: string, stream: string): string => `alloy.event.${family}.${type}.${stream}`;

/** Core NATS: "this was committed just now", from its writer to the relay and to whoever acts on it; it may be lost. The payload is the event's version in its stream. */
export const pokeSubject = (family: string, type: string, stream: string): string => `alloy.poke.${family}.${type}.${stream}`;
export const POKE_SUBJECTS = 'alloy.poke.>';
