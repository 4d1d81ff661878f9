import type { StoredEvent } from '@alloy/contracts';

/** When the first event of a type occurred, ms since 1970. */
export const timeOf = (events: readonly StoredEvent[]) => (type: string): number => {
  const found = events.find((event) => event.type === type);
  if (!found) throw new Error(`there is no ${type}: ${events.map((event) => event.type).join(', ')}`);
  return Date.parse(found.occurredAt);
};
