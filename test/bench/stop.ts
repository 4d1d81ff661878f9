import { setTimeout as delay } from 'node:timers/promises';
import { services, type Service } from '@alloy/contracts';
import type { Installation } from '../support/installation';
import { EmptyService } from './empty-service';
import { goLive } from './memory';
import { median } from './quantile';
import { number, goalResult, times, type Section } from './section';

const LIVE = 100;
const ROUNDS = 5;
/** Time in which restarted services resume the live releases. */
const RESUMED_MS = 5_000;

interface Stop {
  readonly service: Service;
  readonly ms: number;
  /** null: a signal ended the process. */
  readonly code: number | null;
}

/** Measures the orderly stop of all services at the same moment, while many releases are live. */
export async function benchStop(installation: Installation): Promise<Section> {
  const live = await goLive(installation, LIVE);
  const [stops, floor]: [Stop[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) await Promise.all(services.map((service) => installation.startAgain(service)));
    const empty = await EmptyService.start();
    await delay(RESUMED_MS);
    const [floorStop, ...ended] = await Promise.all([
      timed(() => empty.end()),
      ...services.map((service) => orderly(installation, service)),
    ]);
    floor.push(floorStop.ms);
    stops.push(...ended);
  }
  const floorMs = median(floor);
  const row = (service: Service): readonly string[] => {
    const own = stops.filter((stop) => stop.service === service);
    const ms = own.map((stop) => stop.ms);
    return [service, codesOf(own), number(median(ms)), number(Math.max(...ms)), times(median(ms) / floorMs)];
  };
  return {
    title: 'Orderly stop',
    text: [
      'From SIGTERM to the end of the process, for all five services at the same moment, while',
      `${live} releases${live < LIVE ? ` (of ${LIVE})` : ''}`,
      `wait for pods that never become ready; ${ROUNDS} rounds. The floor is an empty Nest application on Fastify, stopped at the same`,
      'moment. The goal: each process exits with code 0.',
    ].join(' '),
    head: ['', 'exit code', 'p50, ms', 'longest, ms', 'times the floor'],
    rows: [['empty Nest application', '0', number(floorMs), number(Math.max(...floor)), times(1)], ...services.map(row)],
    figures: services.map((service) => {
      const own = stops.filter((stop) => stop.service === service);
      return {
        name: `orderly stop of ${service}, p50`,
        value: `${number(median(own.map(({ ms }) => ms)))} ms, exit code ${codesOf(own)}`,
        goal: 'exit code 0',
        result: goalResult(own.every(({ code }) => code === 0)),
      };
    }),
  };
}

async function orderly(installation: Installation, service: Service): Promise<Stop> {
  const { ms, result } = await timed(() => installation.end(service, 'SIGTERM'));
  return { service, code: result, ms };
}

async function timed<T>(end: () => Promise<T>): Promise<{ readonly ms: number; readonly result: T }> {
  const begun = performance.now();
  const result = await end();
  return { ms: performance.now() - begun, result };
}

/** The different exit codes of these stops. */
const codesOf = (stops: readonly Stop[]): string =>
  [...new Set(stops.map(({ code }) => (code === null ? 'none (signal)' : String(code))))].join(', ');
