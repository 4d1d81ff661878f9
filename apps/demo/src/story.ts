/** One release of the story, and how it has to end. */
export interface Act {
  readonly tag: string;
  readonly told: string;
  readonly strategy: 'rollout' | 'canary';
  readonly ends: 'promoted' | 'rolledBack';
  /** Codes of the closing decision, any of them; none for a good release. */
  readonly because?: readonly string[];
}

/** Good and bad releases of the shop; in the playground a pod behaves by the ending of its tag. */
export const story: readonly Act[] = [
  { tag: 'v1', told: 'the first release: a rollout, there is nothing to compare it with', strategy: 'rollout', ends: 'promoted' },
  { tag: 'v2', told: 'a good canary: it goes out in three stages and becomes stable', strategy: 'canary', ends: 'promoted' },
  { tag: 'v3-errors', told: 'answers 500 to a fifth of its requests', strategy: 'canary', ends: 'rolledBack', because: ['error_rate'] },
  { tag: 'v4-crash', told: 'its pods crash', strategy: 'canary', ends: 'rolledBack', because: ['crash_loop'] },
  { tag: 'v5-slow', told: 'its pods never become ready', strategy: 'canary', ends: 'rolledBack', because: ['progress_deadline'] },
  { tag: 'v6-nopull', told: 'its image cannot be pulled', strategy: 'canary', ends: 'rolledBack', because: ['image_pull'] },
];
