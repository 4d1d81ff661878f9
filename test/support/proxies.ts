import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiProxy } from './api-proxy';
import { kubeconfigVia } from './cluster-api';
import { PostgresProxy } from './postgres-proxy';

/** The proxies between the services of one installation and their servers, one for each. */
export class Proxies<Replica extends string> {
  private readonly databases = new Map<Replica, PostgresProxy>();
  private readonly apis = new Map<Replica, ApiProxy>();

  /** `folder`: for kubeconfigs. */
  constructor(private readonly folder: string) {}

  database(replica: Replica): PostgresProxy {
    return this.databases.get(replica)!;
  }

  api(replica: Replica): ApiProxy {
    return this.apis.get(replica)!;
  }

  /** Returns the URL through the proxy. */
  async beforeDatabase(replica: Replica, url: string): Promise<string> {
    const proxy = await PostgresProxy.start(new URL(url));
    this.databases.set(replica, proxy);
    return proxy.url(url);
  }

  /** Returns the path of the same kubeconfig through the proxy. */
  async beforeApi(replica: Replica, kubeconfig: string, server: URL): Promise<string> {
    const proxy = await ApiProxy.start(server);
    this.apis.set(replica, proxy);
    const path = join(this.folder, `kubeconfig-${replica}`);
    writeFileSync(path, kubeconfigVia(kubeconfig, proxy.url), { mode: 0o600 });
    return path;
  }

  async close(): Promise<void> {
    await Promise.all([...this.databases.values(), ...this.apis.values()].map((proxy) => proxy.close()));
  }
}
