import type { Version } from '../../../support/story';
import type { Gateway } from '../../gateway/gateway';
import { rbacObjects, type RouterFolder } from '../../rbac/manifests';
import type { Play, Stage } from './stage';

/** Makes v1 stable behind a route of the gateway; returns the host name of the route. */
export async function behindGateway(gateway: Gateway, { shop }: Play, version: Version): Promise<string> {
  expect(await shop.release('v1', version)).toMatchObject({ status: 'promoted' });
  const host = `${shop.project}.test`;
  await gateway.setRoute({ namespace: shop.project, name: 'shop', host, rules: [{ backends: { web: 1 } }] });
  await gateway.answers(host);
  return host;
}

/** Gives executor and watcher the permissions of a folder of deploy/rbac in the namespace. */
export async function grant(stage: Stage<string>, { shop }: Play, folder: RouterFolder): Promise<void> {
  for (const object of rbacObjects(folder)) {
    const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${shop.project}/${object.kind.toLowerCase()}s`;
    await stage.api.json({ method: 'POST', path, body: object });
  }
}
