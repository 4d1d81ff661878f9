import type { ClusterUnderTest } from './cluster-under-test';
import type { ScaleOptions } from './options';
import { PlaygroundCluster } from './playground-cluster';
import { RealCluster } from './real-cluster';

/** Starts the empty cluster that the options select. */
export const startCluster = ({ assets, access }: ScaleOptions): Promise<ClusterUnderTest> =>
  assets === undefined ? PlaygroundCluster.start(access) : RealCluster.start({ assets, access });
