import { Gauge, type Registry } from 'prom-client';
import { within } from './within';

/**
 * A scrape must not hang if a value cannot be read: while a broker or a database is down, the other metrics are needed.
 */
const PATIENCE_MS = 1_000;

/**
 * A gauge that is read at each scrape; NaN if reading fails or takes more than a second, without effect on the other
 * metrics.
 */
export function scrapedGauge(registry: Registry, name: string, help: string, read: () => Promise<number>): void {
  new Gauge({
    name, help, registers: [registry],
    async collect() {
      this.set(await within(PATIENCE_MS, read).catch(() => NaN));
    },
  });
}

/** The same by the values of one label; no sample if reading fails. */
export function scrapedGauges(
  registry: Registry, name: string, help: string, label: string,
  read: () => Promise<Readonly<Record<string, number>>>,
): void {
  new Gauge({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    async collect() {
      this.reset();
      for (const [value, number] of Object.entries(await within(PATIENCE_MS, read).catch(() => ({}) as Record<string, number>)))
        this.set({ [label]: value }, number);
    },
  });
}
