import { isClusterError } from '../errors';
import type { Resource } from '../resources';
import type { KubeHttp } from './kube-http';

interface Listed {
  readonly name: string;
  readonly kind: string;
  readonly namespaced?: boolean;
}

type Served = ReadonlyMap<string, Resource>;

/** The kinds that an API server serves. What it serves is cached; a kind that it does not serve is looked up again. */
export class Discovery {
  private readonly served = new Map<string, Promise<Served>>();

  constructor(private readonly http: KubeHttp) {}

  /** The resource of a kind; undefined: the server does not serve it. */
  async find({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): Promise<Resource | undefined> {
    const cached = this.served.get(apiVersion);
    const found = cached && (await cached).get(kind);
    if (found) return found;
    const read = this.read(apiVersion);
    this.served.set(apiVersion, read);
    return (await read).get(kind);
  }

  private async read(apiVersion: string): Promise<Served> {
    try {
      const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
      const { resources = [] } = await this.http.json<{ readonly resources?: readonly Listed[] }>({ method: 'GET', path });
      // `deployments/scale` is a part of a resource, of another kind.
      const whole = resources.filter(({ name }) => !name.includes('/'));
      return new Map(whole.map(({ name, kind, namespaced = false }) => [kind, { plural: name, namespaced }]));
    } catch (error) {
      this.served.delete(apiVersion);
      if (isClusterError(error, 'not_found')) return new Map();
      throw error;
    }
  }
}
