import { eventually } from '../support/eventually';
import { withStories } from '../support/stories';
import { WEB } from '../support/workload';
import { allCells, pairwiseCells, projectOf, type Cell } from './cells';
import { matrixRouters } from './routers';
import { situations } from './situations/registry';
import { PODS, type CellParts, type Situation } from './situations/situation';
import { manifests } from './situations/versions';
import { matrixStrategies, type MatrixPolicy, type MatrixStrategy } from './strategies';
import { tableOf, type CellResult } from './table';

// ALLOY_MATRIX=whole plays every cell, which takes too long for CI.
const cells = process.env['ALLOY_MATRIX'] === 'whole' ? allCells() : pairwiseCells();

function policyOf(cell: Cell): MatrixPolicy {
  const strategy: MatrixStrategy = matrixStrategies[cell.strategy];
  const { held, progressDeadline, policy }: Situation = situations[cell.situation];
  return {
    ...strategy.policy(held ?? false), ...matrixRouters[cell.router].policy,
    ...(progressDeadline !== undefined && { progressDeadline }), ...policy,
  };
}

const { story, observed } = withStories(Object.fromEntries(cells.map((cell) => [projectOf(cell), policyOf(cell)])));
const results: CellResult[] = [];
afterAll(() => void process.stderr.write(`\n${tableOf(results)}\n\n`));

describe('a release by', () => {
  it.concurrent.each(cells.map((cell) => ({ ...cell })))('$strategy with $router, $situation, ends rightly', async (cell) => {
    const began = performance.now();
    const text = await play(cell).catch((error: unknown) => {
      results.push({ cell, text: 'FAILED' });
      throw error;
    });
    results.push({ cell, text: `${text} ${((performance.now() - began) / 1_000).toFixed(0)} s` });
  });
});

/** Returns the status in which the release has ended. */
async function play(cell: Cell): Promise<string> {
  const shop = story(projectOf(cell));
  const parts: CellParts = { shop, strategy: matrixStrategies[cell.strategy], router: matrixRouters[cell.router] };
  try {
    return await playIn(parts, cell);
  } finally {
    // The pods and the requests of this cell must not slow the others down.
    // Again, if the server closes the idle connection at the same time: a write is not repeated by the client.
    for (const kind of ['Service', 'Deployment']) await eventually(() => shop.cluster.delete(shop.ref(kind, WEB), {}));
  }
}

async function playIn(parts: CellParts, cell: Cell): Promise<string> {
  const { shop, router } = parts;
  const situation: Situation = situations[cell.situation];
  for (const object of router.objects) await shop.create(object);
  expect(await shop.release('v1', { ...manifests(), strategy: 'rollout' })).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1', PODS);
  await situation.prepare?.(parts);
  return observed(shop, async (observer) => {
    const before = await observer.world();
    const id = await situation.play(parts);
    const { status } = await shop.look(id);
    const { violations, judged } = await observer.findings(cell.situation === 'aborted' ? new Map([[id, before]]) : undefined);
    expect(violations).toEqual([]);
    expect(Math.min(judged['P1']!, judged['P2']!, judged['P3']!)).toBeGreaterThan(0);
    return status;
  });
}
