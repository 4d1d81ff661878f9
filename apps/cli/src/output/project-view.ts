import type { Project } from '../api/shapes';
import { age } from './age';
import type { View } from './output';

/** Projects as a table; `now` in ms since 1970. */
export const projectView = (now: number): View<Project> => ({
  name: ({ id }) => id,
  columns: [
    { head: 'PROJECT', cell: ({ id }) => id },
    { head: 'ENVIRONMENTS', cell: ({ policies }) => Object.keys(policies).join(',') },
    { head: 'NAMESPACES', cell: ({ policies }) => [...new Set(Object.values(policies).map(({ namespace }) => namespace))].join(',') },
    { head: 'AGE', cell: ({ createdAt }) => age(createdAt, now) },
    {
      head: 'STAGES',
      cell: ({ policies }) => policies['production']?.stages.map(({ weight, duration }) => `${weight}%/${duration}s`).join(' ') ?? '',
      isWide: true,
    },
    { head: 'WHEN BUSY', cell: ({ policies }) => policies['production']?.whenBusy ?? '', isWide: true },
  ],
});
