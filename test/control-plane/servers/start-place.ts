import { Addresses } from '../node/addresses';
import { TestNode } from '../node/test-node';
import type { Place } from '../support/place';
import { openDoor } from './door';
import { Servers, type ServersOptions } from './servers';

export interface PlaceOptions extends ServersOptions {
  /** Of the pods; undefined: they can have none here. */
  readonly addresses: Addresses | undefined;
}

export interface StartedPlace {
  readonly place: Place;
  /** Resolves with the reason when one of its servers ends by itself. */
  readonly lost: Promise<string>;
  stop(): Promise<void>;
}

/** An API server of its own with its node, and the door by which specs stop and start it. */
export async function startPlace({ addresses, ...options }: PlaceOptions): Promise<StartedPlace> {
  const servers = await Servers.start(options);
  const node = addresses && (await TestNode.start(servers.kubeconfig('test-node'), addresses));
  const door = await openDoor(servers, node && { 'GET /traffic': () => node.report(), 'DELETE /traffic': () => node.takeTraffic() });
  const place = {
    kubeconfig: servers.kubeconfig('admin'),
    pods: node !== undefined,
    assets: options.assets,
    etcdUrl: servers.etcdUrl,
    auditLog: servers.auditLog,
    door: door.url,
  };
  const stop = async (): Promise<void> => {
    await door.close();
    await node?.stop();
    await servers.stop();
  };
  return { place, lost: servers.lost, stop };
}
