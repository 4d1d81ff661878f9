import type { ObservedPodsView, StoredEvent } from '@alloy/contracts';
import { eventLine } from '../history/event-lines';
import type { Release, ShownEvent } from '../api/shapes';
import { CliError } from '../cli-error';
import { printable } from '../output/printable';
import type { Session } from '../session';
import { releaseTree } from '../tree/release-tree';
import { Screen } from '../tree/screen';
import { logSections } from './log-sections';
import { isEnd } from './outcome';
import { ProgressPrinter } from './progress-printer';
import { followRelease, pathOf } from './follow-release';

/** Redraw interval in ms: ages change, and pods change without events. */
const REDRAW_MS = 2_000;
/** Time limit in ms of the last read of the pods, and its interval. */
const LAST_PODS_MS = 3_000;
const LAST_PODS_PAUSE_MS = 250;

export interface ShowOptions {
  readonly timeout?: number | undefined;
  /** Whether Alloy has just answered. Default false. */
  readonly isKnown?: boolean | undefined;
  /** Prints a line per event. Default false: only progress lines. */
  readonly verbose?: boolean | undefined;
  /** Default: the release's end. */
  until?(release: Release): boolean;
}

/**
 * Shows a release's progress until its end (or `until`): on a terminal as a tree that is redrawn, else as lines, one
 * per event if `verbose`;
 * lines go to stderr if stdout has a format of `-o`.
 */
export async function showRelease(
  session: Session,
  id: string,
  { timeout, isKnown, verbose = false, until = ({ status }) => isEnd(status) }: ShowOptions = {},
): Promise<Release> {
  const { io, out } = session;
  if (!verbose && out.format === undefined && io.stdout.isTTY && io.env['TERM'] !== 'dumb')
    return drawRelease(session, id, { timeout, isKnown, until });
  const sink = out.format === undefined ? io.stdout : io.stderr;
  const lineOf = verbose ? (event: StoredEvent): string => eventLine(event as ShownEvent, out.color, false) : undefined;
  const progress = new ProgressPrinter({ write: (line) => sink.write(`${line}\n`), lineOf, sections: logSections(io.env) });
  try {
    return await followRelease(session, id, { timeout, isKnown, isDone: until, onEvent: (event) => progress.print(event) });
  } finally {
    progress.close();
  }
}

async function drawRelease(
  session: Session,
  id: string,
  { timeout, isKnown, until }: ShowOptions & Required<Pick<ShowOptions, 'until'>>,
): Promise<Release> {
  const { io, out } = session;
  const screen = new Screen(io.stdout);
  const isDone = async (release: Release): Promise<boolean> => {
    const isOver = until(release);
    const pods = isOver ? await lastPodsOf(session, release) : await podsOf(session, id);
    const lines = releaseTree({ release, pods, now: io.now(), color: out.color, columns: screen.columns });
    if (isOver) screen.end(lines);
    else screen.draw(lines);
    return isOver;
  };
  return followRelease(session, id, {
    timeout, isKnown, isDone, every: REDRAW_MS,
    note: (text) => screen.note(text === undefined ? undefined : out.color.yellow(printable(text))),
  });
}

/** The watcher's last observation of the pods, which arrives shortly after the end: waits a limited time for it. */
async function lastPodsOf(session: Session, { id, times: { endedAt } }: Release): Promise<ObservedPodsView | undefined> {
  const { io } = session;
  for (const until = io.now() + LAST_PODS_MS; ; await io.sleep(LAST_PODS_PAUSE_MS, io.signal)) {
    const pods = await podsOf(session, id);
    if (!pods?.observedAt || endedAt === null || pods.observedAt >= endedAt || io.now() >= until) return pods;
  }
}

/** Undefined: this server does not provide pods. */
export async function podsOf({ api }: Session, id: string): Promise<ObservedPodsView | undefined> {
  try {
    return await api.get<ObservedPodsView>(`${pathOf(id)}/pods`);
  } catch (error) {
    // Older servers do not have the route; the tree is shown without pods.
    if (error instanceof CliError) return undefined;
    throw error;
  }
}
