import { Installation, type InstallationOptions } from '../support/installation';
import { benchAppend } from './append';
import { benchBundles } from './bundles/bench-bundles';
import { benchCli } from './cli';
import { benchCluster } from './cluster';
import { benchCrashes } from './crashes';
import { benchMemory } from './memory';
import { benchClients } from './clients';
import { benchPlans } from './plans';
import { benchRefill } from './refill';
import { benchRebuild } from './rebuild';
import type { ScaleOptions } from './scale/options';
import { benchScale } from './scale/scale';
import type { Section } from './section';
import { benchStop } from './stop';
import { benchSwitches, switchPolicies } from './switches';
import { benchTrigger } from './trigger';
import { benchWebhook } from './webhook';

const PROJECT = 'shop';
const CRASHING = ['shop', 'blog', 'mail', 'docs'];
/** The analysis lasts longer than anything that the bench does to the canary. */
const watched = { stages: [{ weight: 50, duration: 120 }], progressDeadline: 60 };

/** Starts a separate installation of built processes and measures it. */
async function measured(
  options: Partial<InstallationOptions>,
  bench: (installation: Installation) => Promise<Section | readonly Section[]>,
): Promise<readonly Section[]> {
  const installation = await Installation.start({ projects: { [PROJECT]: {} }, undisturbed: true, ...options });
  try {
    return [await bench(installation)].flat();
  } finally {
    await installation.stop();
  }
}

/** `scale`: returns the options of the bench `scale`. */
type Run = (scale: () => ScaleOptions) => Promise<readonly Section[]>;

/** All benches, in the order of docs/performance.md. */
export const benches = {
  webhook: () => measured({ services: ['ingest'] }, (installation) => benchWebhook(installation, PROJECT)),
  clients: () => measured({}, (installation) => benchClients(installation, PROJECT)),
  append: () => measured({ services: [] }, benchAppend),
  trigger: () => measured({ services: ['planner'] }, benchTrigger),
  cluster: () =>
    measured({ projects: { [PROJECT]: watched }, apiProxies: ['executor'] }, (installation) => benchCluster(installation, PROJECT)),
  switches: () => measured({ projects: switchPolicies, apiProxies: ['executor'] }, benchSwitches),
  plans: async () => [benchPlans()],
  crash: () =>
    measured({ projects: Object.fromEntries(CRASHING.map((project) => [project, watched])) }, (installation) =>
      benchCrashes(installation, CRASHING),
    ),
  refill: () => measured({ services: [] }, benchRefill),
  rebuild: () => measured({ services: [] }, benchRebuild),
  memory: () => measured({}, benchMemory),
  stop: () => measured({}, benchStop),
  cli: async () => [await benchCli()],
  bundles: () => benchBundles(process.env['ALLOY_BENCH_ASSETS']),
  scale: (scale) => benchScale(scale()),
} satisfies Readonly<Record<string, Run>>;

export type Bench = keyof typeof benches;

/**
 * The benches that run without --only: all but `scale`, which takes longer than the others together and builds an older
 * commit.
 */
export const byDefault = (Object.keys(benches) as readonly Bench[]).filter((name) => name !== 'scale');
