import type { Accepted } from '../api/shapes';
import type { ExitCode } from '../exit-codes';
import { waitFor, type WaitOptions } from '../options/wait';
import { printable } from '../output/printable';
import type { Session } from '../session';

/** Says that a release was taken in, and waits for its end if that is wanted. */
export async function follow(session: Session, accepted: Accepted, options: WaitOptions): Promise<ExitCode | void> {
  const { out } = session;
  const { id, project, environment, imageTag } = accepted;
  const text = printable(`release ${id} of ${project} ${imageTag} (${environment}) was taken in`);
  // Only its end can be summed up.
  if (options.wait || options.summary !== undefined) {
    out.note(text);
    return waitFor(session, id, options, true);
  }
  await out.one(accepted, { name: () => id, columns: [
    { head: 'RELEASE', cell: () => id },
    { head: 'PROJECT', cell: () => project },
    { head: 'ENVIRONMENT', cell: () => environment },
    { head: 'TAG', cell: () => imageTag },
    { head: 'STATUS', cell: ({ status }) => status },
  ] }, out.format === 'wide' ? undefined : () => [text, `alloy watch ${id} shows how it goes on`]);
}
