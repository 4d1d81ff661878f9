import { basename, dirname } from 'node:path';
import type { Build } from '../../support/installation';
import type { Access } from './cluster-under-test';
import { LARGER_FLEET, type PartName } from './rows';

/** The options of the bench `scale`. */
export interface ScaleOptions {
  /** Ids of the rows to measure; undefined: all. */
  readonly rows: readonly string[] | undefined;
  readonly access: Access;
  /** Live releases of the smaller and of the larger fleet; `many` 0: there is no larger one. */
  readonly live: number;
  readonly many: number;
  /** Duration of the measurement of a steady state, seconds. */
  readonly window: number;
  /** Folder of kube-apiserver, kube-controller-manager and etcd; undefined: the playground is the cluster. */
  readonly assets: string | undefined;
  readonly older: OlderBuild;
}

export interface OlderBuild extends Build {
  readonly commit: string;
}

/** One of the two builds that are compared; `build` undefined: the build of this tree. */
export interface Candidate {
  readonly name: 'older' | 'current';
  readonly build: Build | undefined;
}

/** Whether to measure a row. */
export type Wanted = (row: string) => boolean;

/** Expected seconds of each part for one build on two cores, for the printed plan. */
export const expectedSeconds: Readonly<Record<PartName, number>> = { quiet: 75, fleet: 270, crash: 60, patch: 60, webhook: 25 };

/** Options for `parseArgs`. */
export const scaleFlags = {
  rows: { type: 'string' },
  older: { type: 'string' },
  cluster: { type: 'string' },
  access: { type: 'string' },
  live: { type: 'string' },
  many: { type: 'string' },
  quick: { type: 'boolean' },
} as const;

const LIVE = 200;
const WINDOW = 60;
const QUICK_WINDOW = 20;

export const scaleHelp = `  options of the bench scale:
  --rows <ids>       only these rows of its table, e.g. steady,first
  --older <commit>   the older build; default 18728d6. It is built once, into ~/.cache/alloy/builds
  --cluster <which>  real: etcd, kube-apiserver and kube-controller-manager, as npm run setup:control-plane builds them, in a
                     network namespace of their own; playground: the playground's API server and controllers. Default: real
                     if it is installed. Pods are hollow in both: they run nothing. Latencies are measured on the playground
  --access <which>   where executor and watcher may watch: cluster (default) or namespaces
  --live <number>    live releases in steady state; default ${LIVE}
  --many <number>    live releases in the larger steady state; default ${LARGER_FLEET}; 0: do not measure it
  --quick            steady states of ${QUICK_WINDOW} s instead of ${WINDOW} s, and no larger steady state`;

type Flags = Partial<Record<Exclude<keyof typeof scaleFlags, 'quick'>, string>> & { readonly quick?: boolean };

/** Parses the flags; throws for an invalid value. scripts/bench.mjs sets the environment variables. */
export function scaleOptions({ rows, access = 'cluster', live, many, quick = false }: Flags): ScaleOptions {
  const { ALLOY_BENCH_ASSETS: assets, ALLOY_BENCH_OLDER: apps } = process.env;
  if (apps === undefined) throw new Error('scale is run by npm run bench -- --only scale');
  if (access !== 'cluster' && access !== 'namespaces') throw new Error(`--access is cluster or namespaces, not ${access}`);
  return {
    rows: rows?.split(','),
    access,
    assets,
    window: quick ? QUICK_WINDOW : WINDOW,
    live: live === undefined ? LIVE : Number(live),
    many: many === undefined ? (quick ? 0 : LARGER_FLEET) : Number(many),
    older: { apps, natsUsers: false, commit: basename(dirname(apps)) },
  };
}
