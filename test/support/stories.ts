import { connectCluster, type Cluster } from '@alloy/cluster';
import { Installation, type InstallationOptions } from './installation';
import { Story } from './story';

type Policies = InstallationOptions['projects'];

/** Half of the pods for two seconds, judged on at least 25 requests; its deadlines are for what hangs, however busy the machine. */
export const shortPolicy = {
  stages: [{ weight: 50, duration: 2, deadline: 60 }],
  progressDeadline: 60,
  analysis: { minRequests: 25 },
} satisfies Policies[string];

/** A stage that ends by hand only: a machine that is slow must not end it before a test did what it does in it. */
export const heldPolicy = { ...shortPolicy, stages: [{ weight: 50, duration: 3_600 }] } satisfies Policies[string];

/** Registers the hooks of one installation for the whole spec file; gives a story for each of its projects once it is up. */
export function withStories<P extends string>(projects: Readonly<Record<P, Policies[string]>>): { story(project: P): Story; installation(): Installation } {
  let installation: Installation | undefined;
  let cluster: Cluster | undefined;
  beforeAll(async () => {
    installation = await Installation.start({ projects });
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
