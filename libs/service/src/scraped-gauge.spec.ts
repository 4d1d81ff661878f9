import { Registry } from 'prom-client';
import { scrapedGauge, scrapedGauges } from './scraped-gauge';

describe('a gauge that is read at each scrape', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('neither delays nor breaks the page if its value cannot be read', async () => {
    const registry = new Registry();
    scrapedGauge(registry, 'hangs', 'asks a broker that is away', () => new Promise(() => undefined));
    scrapedGauges(registry, 'hang', 'asks a database that is away', 'view', () => new Promise(() => undefined));
    scrapedGauge(registry, 'fails', 'is refused', () => Promise.reject(new Error('refused')));
    scrapedGauge(registry, 'works', 'answers', () => Promise.resolve(7));
    const page = registry.metrics();
    await jest.advanceTimersByTimeAsync(1_000);
    const lines = (await page).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines).toEqual(['hangs Nan', 'fails Nan', 'works 7']);
  });
});
