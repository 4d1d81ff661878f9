import { Gauge, type Registry } from 'prom-client';
import { within } from './within';

/** A scrape must not hang with what it asks: a broker or a database that is away is when the other metrics are wanted. */
const PATIENCE_MS = 1_000;

/** A gauge that is read at each scrape, NaN while it can't be, or takes more than a second; the other metrics are not affected. */
export function scrapedGauge(registry: Registry, name: string, help: string, read: () => Promise<number>): void {
  new Gauge({
    name, help, registers: [registry],
    async collect() {
      this.set(await within(PATIENCE_MS, read).catch(() => NaN));
    },
  });
}

/** The same by the values of one label; no sample while it can't be read. */
export function scrapedGauges(registry: Registry, name: string, help: string, label: string, read: () => Promise<Readonly<Record<string, number>>>): void {
  new Gauge({
    name, help, labelNames: [label], registers: [registry],
    async collect() {
      this.reset();
      for (const [value, number] of Object.entries(await within(PATIENCE_MS, read).catch(() => ({}) as Record<string, number>))) this.set({ [label]: value }, number);
    },
  });
}
