import type { ClusterUnderTest } from './cluster-under-test';

/** Returns the result of the work; rejects if the cluster ends by itself before that. */
export const unlessLost = <T>({ lost }: Pick<ClusterUnderTest, 'lost'>, work: Promise<T>): Promise<T> =>
  Promise.race([work, lost.then((why) => Promise.reject(new Error(why)))]);
