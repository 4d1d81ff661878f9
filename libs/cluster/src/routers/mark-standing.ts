import { compareFences, parseFence, type Fence, type Standing } from '../fence';

/** A note of Alloy in an annotation of an object of the user's, with the fence of the decision. */
interface Marked {
  readonly fence: string;
}

/** The relation of the mark to the writer, as `standing` of objects that Alloy owns. */
export function markStanding(mark: Marked | undefined, fence: Fence): Standing {
  if (!mark) return 'unowned';
  const found = parseFence(mark.fence);
  if (!found || found.installation !== fence.installation) return 'foreign';
  const order = compareFences(found, fence);
  return order === 0 ? 'current' : order < 0 ? 'older' : 'newer';
}
