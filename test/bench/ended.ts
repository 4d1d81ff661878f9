import type { Installation } from '../support/installation';

/** Waits until the release ends. Rejects if it ends with another event than `expected`. */
export async function ended({ releases }: Installation, release: string, expected: string): Promise<void> {
  const end = await releases.ended(release);
  if (end !== expected) throw new Error(`release ${release} ended with ${end}, not with ${expected}`);
}
