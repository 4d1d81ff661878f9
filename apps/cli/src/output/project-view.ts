import type { Policy } from '@alloy/policy';
import { isPreset, type CanaryScale, type CanaryStep, type Hold } from '@alloy/release';
import type { Project } from '../api/shapes';
import { age } from './age';
import type { View } from './output';

/** Stages as `17%/180s 50%/180s`, steps as `20% pause analysis/60s`; a strategy that the policy names comes first. */
function stagesText(policy: Policy | undefined): string {
  if (!policy) return '';
  const parts = policy.steps?.map(stepText) ?? policy.stages.map(({ weight, duration }) => `${weight}%/${duration}s`);
  return [...(policy.strategy ? [`${policy.strategy}:`] : []), ...(isPreset(policy.strategy ?? '') ? [] : parts)].join(' ');
}

function stepText({ setWeight, setCanaryScale, setHeaderRoute, setMirrorRoute, pause, analysis, experiment }: CanaryStep): string {
  if (setHeaderRoute) return `${setHeaderRoute.match ? '' : 'no-'}header/${setHeaderRoute.name}`;
  if (setMirrorRoute) return `${setMirrorRoute.percentage === undefined ? 'no-' : ''}mirror/${setMirrorRoute.name}`;
  if (setCanaryScale) return scaleText(setCanaryScale);
  if (pause) return pause.duration === undefined ? 'pause' : `pause/${pause.duration}s`;
  if (experiment) return `experiment/${experiment.duration}s`;
  return analysis ? `analysis/${analysis.duration}s` : `${setWeight}%`;
}

const scaleText = ({ replicas, weight }: CanaryScale): string =>
  `scale/${replicas ?? (weight === undefined ? 'weight' : `${weight}%`)}`;

/** For example `production by anna 2h: prices are wrong`. */
const holdCell = (now: number) => ([environment, { by, since, reason }]: readonly [string, Hold]): string =>
  `${environment} by ${by} ${age(since, now)}${reason === null ? '' : `: ${reason}`}`;

/** Projects as a table; `now` in ms since 1970. */
export const projectView = (now: number): View<Project> => ({
  name: ({ id }) => id,
  columns: [
    { head: 'PROJECT', cell: ({ id }) => id },
    { head: 'ENVIRONMENTS', cell: ({ policies }) => Object.keys(policies).join(',') },
    { head: 'NAMESPACES', cell: ({ policies }) => [...new Set(Object.values(policies).map(({ namespace }) => namespace))].join(',') },
    { head: 'AGE', cell: ({ createdAt }) => age(createdAt, now) },
    { head: 'ON HOLD', cell: ({ holds = {} }) => Object.entries(holds).map(holdCell(now)).join(', ') },
    {
      head: 'STAGES',
      cell: ({ policies }) => stagesText(policies['production']),
      isWide: true,
    },
    { head: 'WHEN BUSY', cell: ({ policies }) => policies['production']?.whenBusy ?? '', isWide: true },
  ],
});
