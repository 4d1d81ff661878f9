import type { LeftObject } from '@alloy/release';
import type { Accepted } from '../api/shapes';
import type { ExitCode } from '../exit-codes';
import { waitFor, type WaitOptions } from '../options/wait';
import { printable } from '../output/printable';
import type { Session } from '../session';

/** One object that the release does not write. */
const leftLine = ({ kind, name, why }: LeftObject): string => `left to others: ${kind} ${name}: ${why}`;

/** Prints that the release was accepted, and waits for its end if requested. */
export async function follow(session: Session, accepted: Accepted, options: WaitOptions): Promise<ExitCode | void> {
  const { out } = session;
  const { id, project, environment, imageTag, strategy } = accepted;
  // On stderr, like all that a pipeline does not read.
  for (const left of accepted.left ?? []) out.note(leftLine(left));
  const text = printable(
    strategy === 'handBack'
      ? `${project} (${environment}) is being handed back as release ${id}`
      : `release ${id} of ${project} ${imageTag} (${environment}) was accepted`,
  );
  // A summary is possible only at its end.
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
  ] }, out.format === 'wide' ? undefined : () => [text, `alloy watch ${id} shows its progress`]);
}
