import { isPortFree } from '@alloy/embedded';
import type { KubeObject } from '@alloy/contracts';
import { join } from 'node:path';
import { ClusterApi } from '../../support/cluster-api';
import { eventually } from '../../support/eventually';
import { controlPlane, needsGateway } from '../support/control-plane';
import { definitionsIn, installDefinitions, removeDefinitions } from './custom-resources';
import { DataPlane } from './data-plane';

needsGateway('Contour and Envoy as processes', () => {
  const { kubeconfig, endpoint } = controlPlane();
  const api = new ClusterApi(kubeconfig);
  let definitions: readonly KubeObject[];
  beforeAll(async () => {
    definitions = definitionsIn(join(endpoint.dataPlane!.assets, 'crds'));
    await installDefinitions(api, definitions);
  });
  afterAll(async () => {
    await removeDefinitions(api, definitions);
    api.close();
  });

  const start = (name: string): Promise<DataPlane> => DataPlane.start({ ...endpoint.dataPlane!, gateway: { namespace: 'default', name } });
  /** The ports on which Envoy listens; the last ones come from Contour. */
  const ports = async (dataPlane: DataPlane): Promise<readonly number[]> => {
    const { listener_statuses: listeners } = JSON.parse(await dataPlane.admin('/listeners?format=json')) as {
      readonly listener_statuses?: readonly { readonly local_address: { readonly socket_address: { readonly port_value: number } } }[];
    };
    expect(listeners).toHaveLength(2);
    return listeners!.map((one) => one.local_address.socket_address.port_value);
  };

  it('share no port with others in the same network, and leave none in use', async () => {
    const both = await Promise.all([start('one'), start('two')]);
    let used: readonly number[] = [];
    try {
      used = (await Promise.all(both.map((one) => eventually(() => ports(one))))).flat();
    } finally {
      await Promise.all(both.map((one) => one.stop()));
    }
    // Two of Envoy can listen on one port without an error, and each gets a part of the connections.
    expect(new Set(used).size).toBe(4);
    expect(await Promise.all(used.map((port) => isPortFree(port)))).toEqual([true, true, true, true]);
  });

  it('report the end of Envoy before the stop', async () => {
    const dataPlane = await start('lost');
    await dataPlane.admin('/quitquitquit', 'POST');
    await dataPlane.lost;
    await expect(dataPlane.stop()).rejects.toThrow(/^envoy ended by itself \(exit code 0\): its log ends with/);
  });
});
