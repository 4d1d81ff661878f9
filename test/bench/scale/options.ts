import { basename, dirname } from 'node:path';
import type { Build } from '../../support/installation';
import type { Access } from './cluster-under-test';
import type { PartName } from './rows';

/** How `scale` is run. */
export interface ScaleOptions {
  /** Ids of rows; undefined: all. */
  readonly rows: readonly string[] | undefined;
  readonly access: Access;
  /** Live releases of the smaller fleet, and of the larger one; 0: there is no larger one. */
  readonly live: number;
  readonly many: number;
  /** Seconds in which a steady state is measured. */
  readonly window: number;
  /** Folder of kube-apiserver, kube-controller-manager and etcd; undefined: the playground is the cluster. */
  readonly assets: string | undefined;
  readonly older: OlderBuild;
}

export interface OlderBuild extends Build {
  readonly commit: string;
}

/** One of the two builds that are compared; `build` undefined: what this tree has built. */
export interface Candidate {
  readonly name: 'then' | 'now';
  readonly build: Build | undefined;
}

/** Whether a row is to be measured. */
export type Wanted = (row: string) => boolean;

/** Seconds that a part takes for one build, on two cores: for the plan. */
export const expectedSeconds: Readonly<Record<PartName, number>> = { quiet: 75, fleet: 270, crash: 60, patch: 60, webhook: 25 };

/** For `parseArgs`. */
export const scaleFlags = {
  rows: { type: 'string' },
  then: { type: 'string' },
  cluster: { type: 'string' },
  access: { type: 'string' },
  live: { type: 'string' },
  many: { type: 'string' },
  quick: { type: 'boolean' },
} as const;

const LIVE = 200;
const MANY = 1_000;
const WINDOW = 60;
const QUICK_WINDOW = 20;

export const scaleHelp = `  of scale:
  --rows <ids>       only these rows of its table, e.g. steady,first
  --then <commit>    the older build; default 18728d6. It is built once, into ~/.cache/alloy/builds
  --cluster <which>  real: etcd, kube-apiserver and kube-controller-manager, as npm run setup:control-plane builds them, in a
                     network namespace of their own; playground: the playground's API server and controllers. Default: real
                     if it is there. Pods are hollow in both: nothing runs in them. Latencies are measured on the playground
  --access <which>   what executor and watcher may watch: cluster (default) or namespaces
  --live <number>    releases in steady state; default ${LIVE}
  --many <number>    releases in the larger one; default ${MANY}, 0: none
  --quick            steady states of ${QUICK_WINDOW} s instead of ${WINDOW} s, and no larger one`;

type Flags = Partial<Record<Exclude<keyof typeof scaleFlags, 'quick'>, string>> & { readonly quick?: boolean };

/** Throws for a value that is none. The environment is what scripts/bench.mjs has found. */
export function scaleOptions({ rows, access = 'cluster', live, many, quick = false }: Flags): ScaleOptions {
  const { ALLOY_BENCH_ASSETS: assets, ALLOY_BENCH_THEN: apps } = process.env;
  if (apps === undefined) throw new Error('scale is run by npm run bench -- --only scale');
  if (access !== 'cluster' && access !== 'namespaces') throw new Error(`--access is cluster or namespaces, not ${access}`);
  return {
    rows: rows?.split(','),
    access,
    assets,
    window: quick ? QUICK_WINDOW : WINDOW,
    live: live === undefined ? LIVE : Number(live),
    many: many === undefined ? (quick ? 0 : MANY) : Number(many),
    older: { apps, natsUsers: false, commit: basename(dirname(apps)) },
  };
}
