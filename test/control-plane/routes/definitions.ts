import type { KubeObject } from '@alloy/contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClusterApi } from '../../support/cluster-api';
import { eventually } from '../../support/eventually';
import { installDefinitions, removeDefinitions } from '../gateway/custom-resources';
import { controlPlane } from '../support/control-plane';

interface Spec {
  readonly group: string;
  readonly names: { readonly plural: string };
  readonly versions: readonly { readonly name: string }[];
}

/** The real CustomResourceDefinitions of VirtualService, TraefikService and TrafficSplit; `reduce.mjs` writes them. */
const definitions = JSON.parse(readFileSync(join(__dirname, 'route-definitions.json'), 'utf8')) as readonly KubeObject[];

/** Path of the objects of a definition. */
function pathOf({ spec }: KubeObject): string {
  const { group, names, versions } = spec as Spec;
  return `/apis/${group}/${versions[0]!.name}/${names.plural}`;
}

/** Serves the kinds of routes of Istio, Traefik and SMI for the specs of the file. */
export function withRouteDefinitions(): void {
  let api: ClusterApi;
  beforeAll(async () => {
    api = new ClusterApi(controlPlane().kubeconfig);
    await installDefinitions(api, definitions);
    // An established kind answers 429 until its storage is ready.
    await Promise.all(definitions.map((one) => eventually(async () => expect((await api.send({ path: pathOf(one) })).status).toBe(200))));
  });
  afterAll(async () => {
    await removeDefinitions(api, definitions);
    api.close();
  });
}
