import { services, type Service } from '@alloy/contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quickPolicy } from './faults/quick-policy';
import { eventually } from './support/eventually';
import { Installation } from './support/installation';
import { samplesOf, sumOf, type Sample } from './support/samples';

const project = 'counted';
const PAGE = readFileSync(join(__dirname, '..', 'docs', 'metrics.md'), 'utf8');
/** The samples of Alloy's own metrics on this page: name and labels. */
const documented = new Map(
  [...PAGE.matchAll(/^\| `([a-z_]+)` \|[^|]*\|([^|]*)\|/gm)].map(([, name, labels]) => [
    name!,
    [...labels!.matchAll(/`([a-z]+)`/g)].map(([, label]) => label!),
  ]),
);

describe('the metrics of an installation', () => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await Installation.start({ projects: { [project]: quickPolicy } });
    for (const tag of ['v1', 'v2-errors-90']) await installation.releases.ended(await installation.releases.deploy(project, tag));
  });
  afterAll(() => installation?.stop());

  const scrape = async (service: Service): Promise<readonly Sample[]> => samplesOf(await installation.metrics(service));
  // Far longer than the lease of a killed notifier.
  const reports = (name: string, labels: Readonly<Record<string, string>>, value: number) =>
    eventually(async () => expect(sumOf(await scrape('notifier'), name, labels)).toBe(value), { timeoutMs: 120_000 });

  it('count each release once, even after the notifier was killed', async () => {
    const check = async (): Promise<void> => {
      await reports('deployments_total', { version: 'v1', environment: 'production', status: 'promoted' }, 1);
      await reports('deployments_total', { version: 'v2-errors-90', environment: 'production', status: 'rolledBack' }, 1);
      await reports('deployments_total', {}, 2);
      await reports('deployment_duration_seconds_count', {}, 2);
      await reports('deployments_rollback_total', { environment: 'production' }, 1);
      await reports('canary_traffic_weight', { service: project, environment: 'production' }, 0);
    };
    await check();
    installation.kill('notifier');
    await installation.ready('notifier');
    await check();
  });

  it('show no lag and count the work done', async () => {
    for (const service of services.filter((one) => one !== 'ingest'))
      await eventually(async () => expect(sumOf(await scrape(service), 'alloy_consumer_lag')).toBe(0));
    await eventually(async () => expect(sumOf(await scrape('planner'), 'alloy_relay_lag')).toBe(0));
    const lags = async (): Promise<readonly Sample[]> => (await scrape('ingest')).filter(({ name }) => name === 'alloy_projection_lag');
    await eventually(async () => expect((await lags()).map(({ value }) => value)).toEqual((await lags()).map(() => 0)));
    expect((await lags()).length).toBeGreaterThan(2);
    expect(sumOf(await scrape('planner'), 'alloy_decide_seconds_count')).toBeGreaterThan(5);
    expect(sumOf(await scrape('executor'), 'alloy_apply_seconds_count', { verb: 'scale' })).toBeGreaterThan(1);
  });

  it('are exactly those of docs/metrics.md, each with all its labels', async () => {
    const served = new Map<string, Set<string>>();
    for (const sample of (await Promise.all(services.map(scrape))).flat()) {
      const name = sample.name.replace(/_(bucket|sum|count)$/, '');
      if (!/^(alloy|deployment|canary)/.test(name)) continue;
      const labels = served.get(name) ?? new Set<string>();
      served.set(name, labels);
      for (const label of Object.keys(sample.labels)) if (label !== 'le') labels.add(label);
    }
    const missing = [...served].filter(
      ([name, labels]) => !documented.has(name) || [...labels].some((label) => !documented.get(name)!.includes(label)),
    );
    expect(missing).toEqual([]);
    // A metric of something that has not happened here has no labels yet, but its name is on the page.
    const pages = (await Promise.all(services.map((service) => installation.metrics(service)))).join('\n');
    expect([...documented.keys()].filter((name) => !pages.includes(`# TYPE ${name} `))).toEqual([]);
  });
});
