/** What people can be told of a release, by the names that a route's `events` uses. */
export const tellings = [
  'started', 'stagePassed', 'waiting', 'promoted', 'rollingBack', 'rolledBack', 'failed', 'stuck', 'superseded', 'rejected', 'aborted', 'drifted', 'absent', 'blocked',
] as const;
export type Telling = (typeof tellings)[number];
