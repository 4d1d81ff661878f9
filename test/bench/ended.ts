import type { Installation } from '../support/installation';

/** Waits for the release's end, which must be this one. */
export async function ended({ releases }: Installation, release: string, expected: string): Promise<void> {
  const end = await releases.ended(release);
  if (end !== expected) throw new Error(`release ${release} ended with ${end}, not with ${expected}`);
}
