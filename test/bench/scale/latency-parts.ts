import { join } from 'node:path';
import { Installation, type InstallationOptions } from '../../support/installation';
import { patchRounds, type Delay } from '../cluster';
import { crashRounds, type RolledBackCrash } from '../crashes';
import { median } from '../quantile';
import { ratioOfMedians, type Rounds } from '../rounds';
import { number, times } from '../section';
import { postForSeconds, webhookRounds } from '../webhook';
import { profilable, profileOf, selfTimes } from './cpu-profile';
import type { Part, PartResult } from './part';
import { functionProfile } from './profiles';

const PROJECT = 'shop';
const CRASHING = ['shop', 'blog', 'mail', 'docs'];
const CYCLES = 5;
const PROFILE_SECONDS = 5;

type Projects = InstallationOptions['projects'];

/** The analysis lasts longer than anything that the bench does to the canary. */
const watched: Projects[string] = { stages: [{ weight: 50, duration: 120 }], progressDeadline: 60, analysis: { mode: 'metrics' } };

/** Starts an installation like those of the benches `crash`, `cluster` and `webhook`, on the playground. */
const measured = (projects: Projects, options: Partial<InstallationOptions>): Promise<Installation> =>
  Installation.start({ projects, undisturbed: true, ...options });

export const measureCrash: Part = async ({ build }, _options, _wanted, disposal) => {
  const installation = await disposal.add(measured(Object.fromEntries(CRASHING.map((project) => [project, watched])), { build }));
  const crashes: RolledBackCrash[] = [];
  const rounds = await crashRounds(installation, CRASHING, { cycles: CYCLES, onRolledBack: (crash) => void crashes.push(crash) });
  const p50 = (ms: (crash: RolledBackCrash) => number): string => number(median(crashes.map(ms)));
  const rows = [
    ['a bare watch reports the crash', p50(({ seen }) => seen)],
    ['the watcher appends WorkloadDegraded', p50(({ crashed, found }) => found - crashed)],
    ['the planner decides RollbackDecided after that', p50(({ found, decided }) => decided - found)],
  ];
  return {
    figures: { crash: ratioOfMedians(rounds) },
    profiles: { crash: { text: spread(rounds), head: ['', 'p50, ms'], rows } },
    notes: [],
  };
};

export const measurePatch: Part = async ({ build }, _options, _wanted, disposal) => {
  const installation = await disposal.add(measured({ [PROJECT]: watched }, { build, apiProxies: ['executor'] }));
  const delays: Delay[] = [];
  const rounds = await patchRounds(installation, PROJECT, { cycles: CYCLES, onDelay: (delay) => void delays.push(delay) });
  const kinds = [...new Set(delays.map(({ decision }) => decision))];
  const rows = kinds.map((kind) => {
    const ms = delays.filter(({ decision }) => decision === kind).map((delay) => delay.ms);
    return [kind, `${ms.length}`, number(median(ms))];
  });
  return {
    figures: { patch: ratioOfMedians(rounds) },
    profiles: { patch: { text: spread(rounds), head: ['decision', 'samples', 'p50, ms'], rows } },
    notes: [],
  };
};

export const measureWebhook: Part = async ({ build, name }, _options, _wanted, disposal): Promise<PartResult> => {
  const installation = await disposal.add(measured({ [PROJECT]: {} }, { build, services: ['ingest'], env: profilable }));
  const rounds = Object.values(await webhookRounds(installation, PROJECT));
  const webhook = Math.max(...rounds.map(ratioOfMedians));
  const figures = { webhook };
  if (name === 'older') return { figures, profiles: {}, notes: [] };
  const profiling = profileOf(installation.pid('ingest'), join(installation.home.logs, 'ingest.log'), PROFILE_SECONDS);
  const [profile, posted] = await Promise.all([profiling, postForSeconds(installation, PROJECT, PROFILE_SECONDS)]);
  const text = [
    'The worse of two ratios:',
    `${rounds.map((one) => times(ratioOfMedians(one))).join(' with the same files as before, and ')} with new files.`,
    spread(rounds[1]!),
    `The table shows ingest’s functions while ${posted} requests with new files are posted in ${PROFILE_SECONDS} s, one after the other.`,
  ].join(' ');
  return { figures, profiles: { webhook: functionProfile(selfTimes(profile), text) }, notes: [] };
};

const spread = ({ floor, alloy }: Rounds): string =>
  `The floor’s p50 is ${number(median(floor.flat()))} ms, Alloy’s ${number(median(alloy.flat()))} ms.`;
