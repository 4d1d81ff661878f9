import { connectCluster, type Cluster } from '@alloy/cluster';
import { randomBytes } from 'node:crypto';
import { Observer } from '../../../observer/observer';
import type { World } from '../../../observer/revision';
import type { SeenRequest } from '../../../observer/seen-request';
import { recordRequests } from '../../../observer/seen-requests';
import { ClusterApi } from '../../../support/cluster-api';
import { Installation, type InstallationOptions } from '../../../support/installation';
import { Story } from '../../../support/story';
import { WEB } from '../../../support/workload';
import { serviceAccounts, type ServiceAccounts } from '../../rbac/service-account';
import { controlPlane } from '../../support/control-plane';

type Policies = InstallationOptions['projects'];

/** One project in a separate namespace of the real API server, with its observer. */
export interface Play {
  readonly shop: Story;
  readonly observer: Observer;
}

export interface ProofOptions {
  readonly aborted?: ReadonlyMap<string, World>;
  readonly idle?: readonly string[];
  readonly gapPerKind?: boolean;
}

export interface Stage<P extends string> {
  play(project: P): Play;
  readonly installation: Installation;
  /** A client with all permissions that does not go through Alloy. */
  readonly api: ClusterApi;
  /** All requests of the executor to the API server so far. */
  readonly requests: readonly SeenRequest[];
  /**
   * Fails if a promise of Alloy was broken in the namespace, or if there was nothing to judge. `aborted`: aborted
   * releases with the objects before each; `idle`: promises without anything to judge; `gapPerKind`: the API server was
   * restarted, so one gap per kind is allowed in the record.
   */
  prove(project: P, options?: ProofOptions): Promise<void>;
}

export interface StageOptions<P extends string> extends Pick<InstallationOptions, 'tokenScope'> {
  /** Names of the Deployments that are observed, by project; default `web`. */
  readonly workloads?: Readonly<Partial<Record<P, string>>>;
}

/**
 * Starts one installation of built processes before the specs of the file, with a namespace for each project, on the
 * suite's API server. Executor and watcher have the permissions of deploy/rbac there, and no others.
 */
export function withStage<P extends string>(
  policies: Readonly<Record<P, Policies[string]>>,
  options: StageOptions<P> = {},
): () => Stage<P> {
  let stage: RealStage<P> | undefined;
  beforeAll(async () => {
    stage = await RealStage.start(policies, options);
  });
  afterAll(() => stage?.stop());
  return () => stage!;
}

class RealStage<P extends string> implements Stage<P> {
  private readonly plays = new Map<P, Play>();

  private constructor(
    readonly api: ClusterApi,
    private readonly cluster: Cluster,
    readonly installation: Installation,
    private readonly accounts: ServiceAccounts,
    readonly requests: readonly SeenRequest[],
  ) {}

  static async start<P extends string>(
    policies: Readonly<Record<P, Policies[string]>>,
    { workloads, tokenScope }: StageOptions<P>,
  ): Promise<RealStage<P>> {
    const { kubeconfig } = controlPlane();
    const api = new ClusterApi(kubeconfig);
    const run = randomBytes(3).toString('hex');
    const names = (Object.keys(policies) as P[]).map((name) => [name, `${name}-${run}`] as const);
    await Promise.all(names.map(([, project]) => api.createNamespace(project)));
    const projects = Object.fromEntries(names.map(([name, project]) => [project, policies[name]]));
    const accounts = await serviceAccounts(kubeconfig, Object.keys(projects));
    const server = { admin: kubeconfig, executor: accounts.executor, watcher: accounts.watcher };
    const scope = tokenScope === undefined ? {} : { tokenScope };
    const installation = await Installation.start({ projects, server, apiProxies: ['executor', 'watcher'], ...scope });
    const stage = new RealStage<P>(
      api,
      await connectCluster({ kubeconfig }),
      installation,
      accounts,
      recordRequests(installation.api('executor')),
    );
    await Promise.all(names.map(([name, project]) => stage.addProject(name, project, workloads?.[name] ?? WEB)));
    return stage;
  }

  play(project: P): Play {
    return this.plays.get(project)!;
  }

  async prove(project: P, { aborted, idle = aborted ? [] : ['P15'], gapPerKind = false }: ProofOptions = {}): Promise<void> {
    const { violations, gaps, judged } = await this.play(project).observer.findings(aborted);
    const kinds = gaps.map(({ kind }) => kind);
    expect({ violations, gaps: gapPerKind ? kinds.filter((kind, index) => kinds.indexOf(kind) !== index) : kinds }).toEqual({
      violations: [],
      gaps: [],
    });
    expect(Object.keys(judged).filter((promise) => judged[promise] === 0)).toEqual(idle);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.plays.values()].map(({ observer }) => observer.stop()));
    await this.installation.stop();
    await Promise.all(
      [...this.plays.values()].map(({ shop }) => this.cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name: shop.project }, {})),
    );
    await this.cluster.close();
    this.accounts.remove();
    this.api.close();
  }

  private async addProject(name: P, project: string, workload: string): Promise<void> {
    const { pool, door } = this.installation.releases;
    const observer = await Observer.start({ api: this.api, namespace: project, project, workload, pool, requests: [this.requests] });
    this.plays.set(name, { shop: new Story(project, door, this.cluster, controlPlane().kubeconfig), observer });
  }
}
