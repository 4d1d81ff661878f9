import { EVENT_ID, type Event } from 'js-yaml';
import { offsetOf } from './yaml-size';

/** A mapping that is open, with whether its next node is a key; undefined for a sequence or a document. */
type Open = { isAtKey: boolean } | undefined;

/**
 * The position of the first key that is a mapping or a list, as in `{{ tag }}` without quotes; undefined if there is
 * none. The parser itself reports such a key at the start of the file.
 */
export function collectionKeyOf(events: readonly Event[]): number | undefined {
  const open: Open[] = [];
  for (const event of events) {
    if (event.type === EVENT_ID.POP) {
      open.pop();
      continue;
    }
    const parent = open.at(-1);
    const isCollection = event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE;
    if (isCollection && parent?.isAtKey) return offsetOf(event);
    if (parent) parent.isAtKey = !parent.isAtKey;
    if (event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.SEQUENCE) open.push(undefined);
    if (event.type === EVENT_ID.MAPPING) open.push({ isAtKey: true });
  }
  return undefined;
}
