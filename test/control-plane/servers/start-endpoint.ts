import { Addresses } from '../node/addresses';
import { TestNode } from '../node/test-node';
import type { Endpoint } from '../support/endpoint';
import { startControlServer } from './control-server';
import { Servers, type ServersOptions } from './servers';

export interface EndpointOptions extends ServersOptions {
  /** Addresses of the pods; undefined: pods cannot have their own addresses here. */
  readonly addresses: Addresses | undefined;
  /** Folder of the data plane's programs. */
  readonly dataPlane: string | undefined;
}

export interface StartedEndpoint {
  readonly endpoint: Endpoint;
  /** Resolves with the reason if one of the servers ends by itself. */
  readonly lost: Promise<string>;
  stop(): Promise<void>;
}

/** Starts an API server with its node, and the control server by which specs stop and start it. */
export async function startEndpoint({ addresses, dataPlane, ...options }: EndpointOptions): Promise<StartedEndpoint> {
  const servers = await Servers.start(options);
  const node = addresses && (await TestNode.start(servers.kubeconfig('test-node'), addresses));
  const control = await startControlServer(
    servers,
    node && { 'GET /traffic': () => node.report(), 'DELETE /traffic': () => node.takeTraffic() },
  );
  const endpoint = {
    kubeconfig: servers.kubeconfig('admin'),
    pods: node !== undefined,
    assets: options.assets,
    etcdUrl: servers.etcdUrl,
    auditLog: servers.auditLog,
    controlUrl: control.url,
    ...(node && dataPlane !== undefined && { dataPlane: { assets: dataPlane, kubeconfig: servers.kubeconfig('data-plane') } }),
  };
  const stop = async (): Promise<void> => {
    await control.close();
    await node?.stop();
    await servers.stop();
  };
  return { endpoint, lost: servers.lost, stop };
}
