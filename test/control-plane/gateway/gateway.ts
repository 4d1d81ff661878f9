import type { KubeObject } from '@alloy/contracts';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ClusterApi } from '../../support/cluster-api';
import { eventually } from '../../support/eventually';
import { controlPlane } from '../support/control-plane';
import type { DataPlanePrograms } from '../support/endpoint';
import { definitionsIn, installDefinitions, removeDefinitions } from './custom-resources';
import { DataPlane } from './data-plane';
import { weightsIn } from './envoy-weights';
import { httpRoute, type HttpRouteOptions, type Weights } from './http-route';
import { Load, type LoadOptions } from './load';
import { send, type RealRequest, type RealResponse } from './request';

const GROUP = 'gateway.networking.k8s.io/v1';
const CONTROLLER = 'projectcontour.io/gateway-controller';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
}

/** Conditions by their type. */
type Statuses = Readonly<Record<string, 'True' | 'False'>>;

const ACCEPTED: Statuses = { Accepted: 'True', ResolvedRefs: 'True' };

interface WithStatus extends KubeObject {
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly parents?: readonly { readonly controllerName: string; readonly conditions: readonly Condition[] }[];
  };
}

/**
 * A Gateway that takes real requests: Contour and Envoy in front of the test node's pods. Routes of every namespace may
 * name it as their parent.
 */
export class Gateway {
  private constructor(
    readonly api: ClusterApi,
    private readonly definitions: readonly KubeObject[],
    readonly ref: { readonly namespace: string; readonly name: string },
    private readonly dataPlane: DataPlane,
  ) {}

  /** Installs the CustomResourceDefinitions, and resolves when the Gateway is programmed. */
  static async start(kubeconfig: string, programs: DataPlanePrograms): Promise<Gateway> {
    const api = new ClusterApi(kubeconfig);
    const definitions = definitionsIn(join(programs.assets, 'crds'));
    await installDefinitions(api, definitions);
    const name = `gateway-${randomBytes(3).toString('hex')}`;
    await api.createNamespace(name);
    const ref = { namespace: name, name };
    const gateway = new Gateway(api, definitions, ref, await DataPlane.start({ ...programs, gateway: ref }));
    try {
      await gateway.create();
      return gateway;
    } catch (error) {
      await gateway.stop();
      throw error;
    }
  }

  /** Sends one request through the gateway. Rejects if there is no complete response. */
  send(request: RealRequest): Promise<RealResponse> {
    return send(this.dataPlane.port, request);
  }

  /** Starts a constant load through the gateway; `stop` it. */
  load(options: LoadOptions): Load {
    return Load.start(this.dataPlane.port, options);
  }

  /** Creates or replaces an HTTPRoute, and waits until its status shows `expected`; default: it is accepted. */
  async setRoute(options: Omit<HttpRouteOptions, 'gateway'>, expected: Statuses = ACCEPTED): Promise<void> {
    await this.apply(httpRoute({ ...options, gateway: this.ref }), 'httproutes');
    await this.shows(options.namespace, options.name, expected);
  }

  /**
   * Waits until the status of an HTTPRoute shows these conditions for its newest generation; default: it is accepted,
   * and all its references are resolved.
   */
  async shows(namespace: string, name: string, expected: Statuses = ACCEPTED): Promise<void> {
    await eventually(async () => {
      const route = await this.api.json<WithStatus>({ path: `/apis/${GROUP}/namespaces/${namespace}/httproutes/${name}` });
      const conditions = route.status?.parents?.find(({ controllerName }) => controllerName === CONTROLLER)?.conditions;
      expectStatuses(expected, conditions, route);
    });
  }

  /**
   * The weights with which Envoy now splits the requests for this host, by Service, one entry per route in its order of
   * precedence.
   */
  async weights(host: string): Promise<readonly Weights[]> {
    return weightsIn(await this.dataPlane.admin('/config_dump?resource=dynamic_route_configs'), host);
  }

  /**
   * Waits until Envoy splits the requests for this host so. It gets the weights after the route's status shows them as
   * accepted.
   */
  async splits(host: string, expected: readonly Weights[]): Promise<void> {
    await eventually(async () => expect(await this.weights(host)).toEqual(expected));
  }

  /**
   * Waits until a request for this host is answered. Envoy gets the endpoints of a new backend after the route: until
   * then every request fails with `no healthy upstream`.
   */
  async answers(host: string): Promise<void> {
    await eventually(async () => expect(await this.send({ host })).toMatchObject({ status: 200 }));
  }

  /** Deletes the CustomResourceDefinitions with their objects. Rejects if Contour or Envoy has ended before. */
  async stop(): Promise<void> {
    try {
      await this.dataPlane.stop();
    } finally {
      await removeDefinitions(this.api, this.definitions);
      await this.api.send({ method: 'DELETE', path: `/api/v1/namespaces/${this.ref.namespace}` });
      this.api.close();
    }
  }

  private async create(): Promise<void> {
    const { namespace, name } = this.ref;
    const gatewayClass = { apiVersion: GROUP, kind: 'GatewayClass', metadata: { name }, spec: { controllerName: CONTROLLER } };
    await this.apply(gatewayClass, 'gatewayclasses');
    const listener = { name: 'http', protocol: 'HTTP', port: this.dataPlane.listenerPort, allowedRoutes: { namespaces: { from: 'All' } } };
    const spec = { gatewayClassName: name, listeners: [listener] };
    await this.apply({ apiVersion: GROUP, kind: 'Gateway', metadata: { namespace, name }, spec }, 'gateways');
    await eventually(
      async () => {
        const gateway = await this.api.json<WithStatus>({ path: `/apis/${GROUP}/namespaces/${namespace}/gateways/${name}` });
        expectStatuses({ Accepted: 'True', Programmed: 'True' }, gateway.status?.conditions, gateway);
      },
      { timeoutMs: 60_000 },
    );
  }

  private async apply(body: KubeObject, resource: string): Promise<void> {
    const { namespace, name } = body.metadata;
    const path = `/apis/${GROUP}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${resource}/${name}`;
    const contentType = 'application/apply-patch+yaml';
    await this.api.json({ method: 'PATCH', path: `${path}?fieldManager=test&force=true`, contentType, body });
  }
}

function expectStatuses(expected: Statuses, conditions: readonly Condition[] = [], { metadata }: KubeObject): void {
  const current = conditions.filter(({ observedGeneration }) => observedGeneration === metadata['generation']);
  const entries = Object.entries(expected).map(([type, status]): unknown => expect.objectContaining({ type, status }));
  expect(current).toEqual(expect.arrayContaining(entries));
}

/** Starts a Gateway before the specs of the file, and stops it after them. Use it within `needsGateway`. */
export function withGateway(): () => Gateway {
  let gateway: Gateway | undefined;
  beforeAll(async () => {
    const { kubeconfig, endpoint } = controlPlane();
    gateway = await Gateway.start(kubeconfig, endpoint.dataPlane!);
  });
  afterAll(() => gateway?.stop());
  return () => gateway!;
}
