import type { ClusterUnderTest } from './cluster-under-test';
import type { ScaleOptions } from './options';
import { PlaygroundCluster } from './playground-cluster';
import { RealCluster } from './real-cluster';

/** The cluster that the options ask for, empty. */
export const startCluster = ({ assets, access }: ScaleOptions): Promise<ClusterUnderTest> =>
  assets === undefined ? PlaygroundCluster.start(access) : RealCluster.start({ assets, access });
