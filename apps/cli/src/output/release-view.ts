import type { ReleaseLine } from '../api/shapes';
import { age } from './age';
import type { View } from './output';
import { shortTag } from './short-tag';
import { paintStatus } from './status-color';

/** Releases as a table; `now` in ms since 1970. */
export const releaseView = (now: number): View<ReleaseLine> => ({
  name: ({ id }) => id,
  columns: [
    { head: 'RELEASE', cell: ({ id }) => id },
    { head: 'PROJECT', cell: ({ project }) => project },
    { head: 'ENVIRONMENT', cell: ({ environment }) => environment },
    { head: 'STATUS', cell: ({ status }) => status, paint: (text, color, { status }) => paintStatus(text, status, color) },
    { head: 'STRATEGY', cell: ({ strategy, requestedStrategy }) => strategy ?? requestedStrategy },
    { head: 'TAG', cell: ({ imageTag }) => shortTag(imageTag) },
    { head: 'AGE', cell: ({ times }) => age(times.requestedAt, now) },
    { head: 'BY', cell: ({ requestedBy }) => requestedBy.id, isWide: true },
    { head: 'COMMIT', cell: ({ commitSha }) => commitSha, isWide: true },
    { head: 'IMAGE', cell: ({ image }) => image, isWide: true },
    { head: 'REASON', cell: ({ reason }) => (reason ? `${reason.text} [${reason.code}]` : ''), isWide: true },
  ],
});
