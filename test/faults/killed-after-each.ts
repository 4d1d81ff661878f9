import { Observer } from '../observer/observer';
import type { Installation } from '../support/installation';
import type { Story } from '../support/story';

export type Point = 'executor.after-write' | 'executor.after-rollback-write';

interface Parts {
  readonly shop: Story;
  readonly installation: Installation;
  /** After which writes the executor is killed. */
  readonly point: Point;
  /** Releases the version, and expects the right end. */
  readonly play: (tag: string) => Promise<void>;
  /** Expects that nothing of Alloy is left after a release. */
  readonly check: () => Promise<void>;
}

/**
 * Plays a release for each of its writes to the cluster, after which the executor is killed, with the observer. Returns
 * the number of these writes.
 */
export async function killedAfterEach({ shop, installation, point, play, check }: Parts): Promise<number> {
  const { cluster: api, releases: { pool } } = installation;
  const observer = await Observer.start({ api, namespace: shop.project, project: shop.project, pool });
  try {
    for (let passing = 1; ; passing += 1) {
      const crash = await installation.crashAt('executor', { point, passing });
      await play(`v${passing + 1}`);
      if (crash.code === undefined) return passing - 1;
      await check();
    }
  } finally {
    const { violations, judged } = await observer.findings();
    await observer.stop();
    expect(violations).toEqual([]);
    expect(Math.min(judged['P1']!, judged['P2']!)).toBeGreaterThan(0);
  }
}
