import { Installation, type InstallationOptions } from '../support/installation';
import { benchAppend } from './append';
import { benchRefill } from './refill';
import type { Section } from './section';
import { benchWake } from './wake';
import { benchWebhook } from './webhook';

const PROJECT = 'shop';

/** Measures an Alloy of its own, of built processes. */
async function measured(options: Partial<InstallationOptions>, bench: (installation: Installation) => Promise<Section>): Promise<readonly Section[]> {
  const installation = await Installation.start({ projects: { [PROJECT]: {} }, undisturbed: true, ...options });
  try {
    return [await bench(installation)];
  } finally {
    await installation.stop();
  }
}

/** All there are, in the order of docs/performance.md. */
export const benches = {
  webhook: () => measured({ services: ['ingest'] }, (installation) => benchWebhook(installation, PROJECT)),
  append: () => measured({ services: [] }, benchAppend),
  wake: () => measured({ services: ['planner'] }, benchWake),
  refill: () => measured({ services: [] }, benchRefill),
};
