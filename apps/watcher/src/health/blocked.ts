import type { Blocked } from '@alloy/cluster';
import type { Current } from '@alloy/release';

/** Whether both have the same cause and the same message except for numbers, which differ from try to try. */
export const isSameBlocked = (recorded: Current['blocked'], found: Blocked | undefined): boolean =>
  recorded?.cause === found?.cause && withoutNumbers(recorded?.detail) === withoutNumbers(found?.detail);

const withoutNumbers = (text = ''): string => text.replace(/\d+/g, '0');
