import { setTimeout as delay } from 'node:timers/promises';
import { services } from '@alloy/contracts';
import { Installation, type InstallationOptions } from '../../support/installation';
import { EmptyService } from '../empty-service';
import { ended } from '../ended';
import { median } from '../quantile';
import { samplesOf, sumOf } from '../../support/samples';
import { number } from '../section';
import { countRequests, total, withoutScrapesAndEvents, type Counted } from './audit-counts';
import type { Part } from './part';
import { rssOf } from './processes';
import { releaseProfile } from './profiles';
import { startCluster } from './start-cluster';
import type { Profile } from './table';

const PROJECTS = ['shop', 'blog', 'mail'] as const;
const POLICY: InstallationOptions['projects'][string] = {
  stages: [17, 50, 83].map((weight) => ({ weight, duration: 5, deadline: 60 })),
  progressDeadline: 60,
  analysis: { mode: 'metrics', minRequests: 25 },
};
const SETTLE_MS = 15_000;
const SAMPLES = 10;
const SAMPLE_MS = 500;
/** The executor writes a Kubernetes Event some time after the event of the log. */
const TRAIL_MS = 2_000;

/** Measures the memory of idle services, and the requests to the API server of one release without others. */
export const measureQuiet: Part = async ({ build }, options, wanted, disposal) => {
  const empty = await disposal.add(EmptyService.start());
  const server = await disposal.add(startCluster(options));
  await server.createNamespaces(PROJECTS);
  const projects = Object.fromEntries(PROJECTS.map((project) => [project, POLICY]));
  const installation = await disposal.add(Installation.start({ projects, undisturbed: true, server: server.given, build }));
  await delay(SETTLE_MS);
  const pids = [empty.pid, ...services.map((service) => installation.pid(service))];
  const [emptyRss, ...rss] = await memory(pids);
  const memoryProfile = await profileOf(installation, emptyRss!, rss);

  const requests = async (project: string, tag: string): Promise<readonly Counted[]> => {
    const from = server.audit.here();
    await ended(installation, await installation.releases.deploy(project, tag), 'ReleasePromoted');
    await delay(TRAIL_MS);
    return countRequests(await server.audit.between(from));
  };
  const firsts: (readonly Counted[])[] = [];
  for (const project of PROJECTS) firsts.push(await requests(project, 'v1'));
  const canary = wanted('canary') ? withoutScrapesAndEvents(await requests(PROJECTS[0], 'v2')) : undefined;
  const first = firsts.toSorted((a, b) => total(a) - total(b))[Math.floor(firsts.length / 2)]!;
  return {
    figures: {
      emptyRss,
      processes: rss.length,
      idleRss: rss.reduce((sum, one) => sum + one, 0),
      first: total(first),
      ...(canary && { canary: total(canary) }),
    },
    profiles: { idle: memoryProfile, first: releaseProfile(first), ...(canary && { canary: releaseProfile(canary) }) },
    notes: [],
  };
};

/** Resident memory of each process, MiB: the median of several samples. */
async function memory(pids: readonly number[]): Promise<readonly number[]> {
  const samples: number[][] = [];
  for (let i = 0; i < SAMPLES; i++) {
    await delay(SAMPLE_MS);
    samples.push(pids.map(rssOf));
  }
  return pids.map((_, i) => median(samples.map((sample) => sample[i]!)));
}

async function profileOf(installation: Installation, empty: number, rss: readonly number[]): Promise<Profile> {
  const rows = await Promise.all(
    services.map(async (service, i) => {
      const samples = samplesOf(await installation.metrics(service));
      const mib = (name: string): string => number(sumOf(samples, name) / 2 ** 20);
      return [
        service,
        number(rss[i]!),
        mib('nodejs_heap_size_used_bytes'),
        mib('nodejs_heap_size_total_bytes'),
        mib('nodejs_external_memory_bytes'),
      ];
    }),
  );
  return {
    text: 'Resident memory of each process, and its V8 heap from its own metrics.',
    head: ['', 'resident, MiB', 'heap used, MiB', 'heap, MiB', 'external, MiB'],
    rows: [...rows, ['empty Nest application', number(empty), '', '', '']],
  };
}
