import type { PlaygroundObject } from '../objects';
import { timestamp, type Store } from '../store';
import { nodeLabels } from './node-labels';

export const NODE = 'playground';
export const NODE_IP = '10.0.0.1';
/** What running pods may request together; further pods are unschedulable. */
export const NODE_CAPACITY = { cpu: '32', memory: '64Gi', pods: '110' };

/** Registers the playground's node, or marks it ready again. */
export function registerNode(store: Store, now: Date): void {
  const known = store.get({ resource: 'nodes', name: NODE });
  const labels = nodeLabels(NODE);
  const object: PlaygroundObject =
    known ?? store.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: NODE, labels }, spec: { podCIDR: '10.244.0.0/16' } });
  const at = timestamp(now);
  const ready = {
    type: 'Ready', status: 'True', reason: 'KubeletReady',
    message: 'kubelet is posting ready status',
    lastHeartbeatTime: at,
    lastTransitionTime: at,
  };
  const status = {
    capacity: NODE_CAPACITY,
    allocatable: NODE_CAPACITY,
    conditions: [ready],
    addresses: [
      { type: 'InternalIP', address: NODE_IP },
      { type: 'Hostname', address: NODE },
    ],
    nodeInfo: {
      kubeletVersion: 'v1.37.2', containerRuntimeVersion: 'playground://1', osImage: 'Alloy playground',
      kernelVersion: 'none', architecture: 'amd64', operatingSystem: 'linux',
    },
  };
  store.update({ ...object, status }, { subresource: 'status' });
}
