import { connectCluster, type Cluster } from '@alloy/cluster';
import { randomBytes } from 'node:crypto';
import { Observer } from '../../../observer/observer';
import type { World } from '../../../observer/revision';
import type { SeenRequest } from '../../../observer/seen-request';
import { recordRequests } from '../../../observer/seen-requests';
import { ClusterApi } from '../../../support/cluster-api';
import { Installation, type InstallationOptions } from '../../../support/installation';
import { Story } from '../../../support/story';
import { serviceAccounts, type ServiceAccounts } from '../../rbac/service-account';
import { controlPlane } from '../../support/control-plane';

type Policies = InstallationOptions['projects'];

/** One project in a namespace of its own on the real API server, and the observer that stands beside it. */
export interface Play {
  readonly shop: Story;
  readonly observer: Observer;
}

export interface ProofOptions {
  readonly aborted?: ReadonlyMap<string, World>;
  readonly idle?: readonly string[];
  readonly holes?: boolean;
}

export interface Stage<P extends string> {
  play(project: P): Play;
  readonly installation: Installation;
  /** As somebody who may do anything, past Alloy. */
  readonly api: ClusterApi;
  /** All that the executor asked of the API server so far. */
  readonly requests: readonly SeenRequest[];
  /**
   * Nothing that Alloy promises was broken in that namespace, and there was something to judge; `aborted`: releases, with the world before each;
   * `idle`: promises for which nothing happened; `holes`: the API server was started anew, so that of each kind a moment may be missing.
   */
  prove(project: P, options?: ProofOptions): Promise<void>;
}

/**
 * Starts one installation of built processes before the specs of the file, with a namespace for each project, on the suite's API server.
 * Executor and watcher may do there what deploy/rbac says, and nothing else.
 */
export function withStage<P extends string>(policies: Readonly<Record<P, Policies[string]>>): () => Stage<P> {
  let stage: RealStage<P> | undefined;
  beforeAll(async () => {
    stage = await RealStage.start(policies);
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

  static async start<P extends string>(policies: Readonly<Record<P, Policies[string]>>): Promise<RealStage<P>> {
    const { kubeconfig } = controlPlane();
    const api = new ClusterApi(kubeconfig);
    const run = randomBytes(3).toString('hex');
    const names = (Object.keys(policies) as P[]).map((name) => [name, `${name}-${run}`] as const);
    await Promise.all(names.map(([, project]) => api.createNamespace(project)));
    const projects = Object.fromEntries(names.map(([name, project]) => [project, policies[name]]));
    const accounts = await serviceAccounts(kubeconfig, Object.keys(projects));
    const server = { admin: kubeconfig, executor: accounts.executor, watcher: accounts.watcher };
    const installation = await Installation.start({ projects, server, apiProxies: ['executor', 'watcher'] });
    const stage = new RealStage<P>(
      api,
      await connectCluster({ kubeconfig }),
      installation,
      accounts,
      recordRequests(installation.api('executor')),
    );
    await Promise.all(names.map(([name, project]) => stage.raise(name, project)));
    return stage;
  }

  play(project: P): Play {
    return this.plays.get(project)!;
  }

  async prove(project: P, { aborted, idle = aborted ? [] : ['P15'], holes = false }: ProofOptions = {}): Promise<void> {
    const { violations, gaps, judged } = await this.play(project).observer.findings(aborted);
    const kinds = gaps.map(({ kind }) => kind);
    expect({ violations, gaps: holes ? kinds.filter((kind, index) => kinds.indexOf(kind) !== index) : kinds }).toEqual({
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

  private async raise(name: P, project: string): Promise<void> {
    const { releases } = this.installation;
    const observer = await Observer.start({ api: this.api, namespace: project, project, pool: releases.pool, requests: [this.requests] });
    this.plays.set(name, { shop: new Story(project, releases.door, this.cluster, controlPlane().kubeconfig), observer });
  }
}
