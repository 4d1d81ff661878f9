/** A release of the demo and its expected end. */
export interface DemoRelease {
  readonly tag: string;
  readonly description: string;
  readonly strategy: 'rollout' | 'canary';
  readonly ends: 'promoted' | 'rolledBack';
  /** Accepted codes of the closing decision; none for a good release. */
  readonly reasons?: readonly string[];
}

/** Good and bad releases of the shop; in the playground the suffix of a tag determines the pods' behaviour. */
export const demoReleases: readonly DemoRelease[] = [
  {
    tag: 'v1',
    description: 'the first release: a rollout, because there is no version to compare with',
    strategy: 'rollout',
    ends: 'promoted',
  },
  { tag: 'v2', description: 'a good canary: released in three stages, becomes stable', strategy: 'canary', ends: 'promoted' },
  {
    tag: 'v3-errors',
    description: 'its pods answer 500 to a fifth of the requests',
    strategy: 'canary',
    ends: 'rolledBack',
    reasons: ['error_rate'],
  },
  { tag: 'v4-crash', description: 'its pods crash', strategy: 'canary', ends: 'rolledBack', reasons: ['crash_loop'] },
  { tag: 'v5-slow', description: 'its pods never become ready', strategy: 'canary', ends: 'rolledBack', reasons: ['progress_deadline'] },
  { tag: 'v6-nopull', description: 'its image cannot be pulled', strategy: 'canary', ends: 'rolledBack', reasons: ['image_pull'] },
];
