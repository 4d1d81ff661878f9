import { connectCluster, type Cluster } from '@alloy/cluster';
import { Observer } from '../observer/observer';
import { Installation, type InstallationOptions } from './installation';
import { Story } from './story';

type Policies = InstallationOptions['projects'];

/**
 * Half of the pods for two seconds, judged on at least 25 requests; its deadlines only end hanging releases, also on a
 * busy machine.
 */
export const shortPolicy = {
  stages: [{ weight: 50, duration: 2, deadline: 60 }],
  progressDeadline: 60,
  analysis: { minRequests: 25 },
} satisfies Policies[string];

/** A stage that only the test ends: a slow machine must not end it before the test's actions. */
export const heldPolicy = { ...shortPolicy, stages: [{ weight: 50, duration: 3_600 }] } satisfies Policies[string];

export interface Stories<P extends string> {
  story(project: P): Story;
  installation(): Installation;
  /** Runs `act`, and fails if a promise of Alloy was broken in the project meanwhile. */
  observed<T>(shop: Story, act: (observer: Observer) => Promise<T>): Promise<T>;
}

/** Registers the hooks of one installation for the whole spec file; returns a story for each of its projects. */
export function withStories<P extends string>(
  projects: Readonly<Record<P, Policies[string]>>,
  options: Pick<InstallationOptions, 'tokenScope'> = {},
): Stories<P> {
  let installation: Installation | undefined;
  let cluster: Cluster | undefined;
  beforeAll(async () => {
    installation = await Installation.start({ projects, ...options });
    cluster = await connectCluster({ kubeconfig: installation.home.kubeconfig });
  });
  afterAll(async () => {
    await cluster?.close();
    await installation?.stop();
  });
  return {
    installation: () => installation!,
    observed: ({ project }, act) => observed(installation!, project, act),
    story: (project) => new Story(project, installation!.releases.door, cluster!, installation!.home.kubeconfig),
  };
}

async function observed<T>(
  { cluster: api, releases: { pool } }: Installation, project: string, act: (observer: Observer) => Promise<T>,
): Promise<T> {
  const observer = await Observer.start({ api, namespace: project, project, pool });
  try {
    const result = await act(observer);
    expect((await observer.findings()).violations).toEqual([]);
    return result;
  } finally {
    await observer.stop();
  }
}
