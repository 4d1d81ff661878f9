import type { ClusterApi } from '../../../support/cluster-api';

/** The minor version of the API server, such as 37. */
export async function serverMinor(api: ClusterApi): Promise<number> {
  const { minor } = await api.json<{ readonly minor: string }>({ path: '/version' });
  return Number.parseInt(minor, 10);
}
