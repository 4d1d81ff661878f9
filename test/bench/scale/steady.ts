import { setTimeout as delay } from 'node:timers/promises';
import { services, type Service } from '@alloy/contracts';
import type { Installation } from '../../support/installation';
import { median } from '../quantile';
import type { ClusterUnderTest } from './cluster-under-test';
import { countRequests, type Counted } from './audit-counts';
import { cpuSecondsOf, machineTime, rssOf } from './processes';
import type { Statement, Statements } from './statements';

const SAMPLES = 10;

/** The cost of the services while nothing changes. */
export interface Steady {
  readonly seconds: number;
  readonly requests: readonly Counted[];
  readonly statements: readonly Statement[];
  /** Resident memory of each service, MiB. */
  readonly rss: Readonly<Record<Service, number>>;
  /** Processor time of each service as a share of one core. */
  readonly cpu: Readonly<Record<Service, number>>;
  /** Share of the time of all processors in which this machine was busy. */
  readonly busy: number;
}

export interface SteadyOptions {
  readonly installation: Installation;
  readonly server: ClusterUnderTest;
  readonly statements: Statements;
  readonly seconds: number;
}

/** Measures for `seconds`; memory is the median of ten samples. */
export async function measureSteady({ installation, server, statements, seconds }: SteadyOptions): Promise<Steady> {
  const pids = services.map((service) => installation.pid(service));
  const samples: number[][] = [];
  await statements.reset();
  const [from, begun, before, machine] = [server.audit.here(), performance.now(), pids.map(cpuSecondsOf), machineTime()];
  for (let i = 0; i < SAMPLES; i++) {
    await delay((seconds * 1_000) / SAMPLES);
    samples.push(pids.map(rssOf));
  }
  const [to, elapsed, after, machineAfter] = [
    server.audit.here(),
    (performance.now() - begun) / 1_000,
    pids.map(cpuSecondsOf),
    machineTime(),
  ];
  const executed = await statements.read();
  return {
    seconds: elapsed,
    requests: countRequests(await server.audit.between(from, to)),
    statements: executed,
    rss: ofServices((i) => median(samples.map((sample) => sample[i]!))),
    cpu: ofServices((i) => (after[i]! - before[i]!) / elapsed),
    busy: (machineAfter.busy - machine.busy) / (machineAfter.all - machine.all),
  };
}

const ofServices = (value: (index: number) => number): Readonly<Record<Service, number>> =>
  Object.fromEntries(services.map((service, i) => [service, value(i)])) as Record<Service, number>;
