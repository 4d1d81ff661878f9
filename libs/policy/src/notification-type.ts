/** The notifications of a release, by the names that a route's `events` uses. */
export const notificationTypes = [
  'started', 'stagePassed', 'waiting', 'promoted', 'rollingBack', 'rolledBack', 'failed', 'stuck', 'superseded', 'handedBack',
  'rejected', 'aborted', 'drifted', 'restored', 'absent', 'blocked', 'emergency',
] as const;
export type NotificationType = (typeof notificationTypes)[number];
