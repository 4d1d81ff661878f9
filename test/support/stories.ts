import { connectCluster, type Cluster } from '@alloy/cluster';
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

/** Registers the hooks of one installation for the whole spec file; returns a story for each of its projects. */
export function withStories<P extends string>(
  projects: Readonly<Record<P, Policies[string]>>,
  options: Pick<InstallationOptions, 'tokenScope'> = {},
): { story(project: P): Story; installation(): Installation } {
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
    story: (project) => new Story(project, installation!.releases.door, cluster!, installation!.home.kubeconfig),
  };
}
