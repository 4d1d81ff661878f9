import type { HoldAnswer } from '../api/shapes';
import type { Target } from '../options/target';
import { printable } from '../output/printable';
import type { Session } from '../session';

/** Sends a request about the hold of an environment. */
export const postHold = ({ api, reason }: Session, { project, environment }: Target, path: 'hold' | 'hold/lift'): Promise<HoldAnswer> =>
  api.post<HoldAnswer>(`api/v1/projects/${encodeURIComponent(project)}/${path}`, { environment, reason });

/** Prints whether the environment is on hold, or the sentence. */
export const showHold = ({ out }: Session, answer: HoldAnswer, sentence: string): Promise<void> =>
  out.one(answer, { name: ({ project }) => project, columns: [
    { head: 'PROJECT', cell: ({ project }) => project },
    { head: 'ENVIRONMENT', cell: ({ environment }) => environment },
    { head: 'ON HOLD BY', cell: ({ hold }) => hold?.by ?? '' },
    { head: 'SINCE', cell: ({ hold }) => hold?.since ?? '' },
    { head: 'REASON', cell: ({ hold }) => hold?.reason ?? '' },
  ] }, out.format === 'wide' ? undefined : () => [printable(sentence)]);
