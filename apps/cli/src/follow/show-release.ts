import type { ObservedPodsView } from '@alloy/contracts';
import { eventLine } from '../history/event-lines';
import type { Release, ShownEvent } from '../api/shapes';
import { CliError } from '../cli-error';
import type { Session } from '../session';
import { releaseTree } from '../tree/release-tree';
import { Screen } from '../tree/screen';
import { isEnd } from './outcome';
import { followRelease, pathOf } from './follow-release';

/** Ages go on, and pods change without an event. */
const REDRAW_MS = 2_000;

export interface ShowOptions {
  readonly timeout?: number | undefined;
  /** Default: its end. */
  until?(release: Release): boolean;
}

/** Shows how a release goes on until its end (or `until`): as a tree that is drawn over on a terminal, else a line for each event, on stderr if stdout is to be a form of `-o`. */
export async function showRelease(session: Session, id: string, { timeout, until = ({ status }) => isEnd(status) }: ShowOptions = {}): Promise<Release> {
  const { io, out } = session;
  if (out.format === undefined && io.stdout.isTTY && io.env['TERM'] !== 'dumb') {
    const screen = new Screen(io.stdout);
    const see = async (release: Release): Promise<boolean> => {
      screen.draw(releaseTree({ release, pods: await podsOf(session, id), now: io.now(), color: out.color }));
      return until(release);
    };
    return followRelease(session, id, { timeout, see, every: REDRAW_MS });
  }
  const sink = out.format === undefined ? io.stdout : io.stderr;
  return followRelease(session, id, { timeout, see: until, tell: (event) => sink.write(`${eventLine(event as ShownEvent, out.color, false)}\n`) });
}

/** Undefined: this Alloy does not know of pods. */
export async function podsOf({ api }: Session, id: string): Promise<ObservedPodsView | undefined> {
  try {
    return await api.get<ObservedPodsView>(`${pathOf(id)}/pods`);
  } catch (error) {
    // Older servers do not know the route; and a tree is worth something without its pods.
    if (error instanceof CliError) return undefined;
    throw error;
  }
}
