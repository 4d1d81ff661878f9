import { contractUpcasters, eventStoreContract } from '../contract';
import { InlineConflict } from '../ports';
import { MemoryEventStore, type MemoryInlineView } from './memory-event-store';

function claims(): MemoryInlineView {
  const taken = new Set<string>();
  return {
    name: 'claims',
    check: (events) => {
      const projects = events.filter((e) => e.type === 'Claimed').map((e) => e.project);
      if (projects.some((project) => taken.has(project))) throw new InlineConflict('claims', 'taken');
      return () => projects.forEach((project) => taken.add(project));
    },
  };
}

eventStoreContract('memory', async () => {
  let now = Date.UTC(2026, 0, 1);
  const store = new MemoryEventStore({ now: () => now++, inlineViews: [claims()], upcasters: contractUpcasters });
  return { store, settle: async () => {}, dispose: () => store.close() };
});
