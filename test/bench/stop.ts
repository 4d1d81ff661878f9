import { setTimeout as delay } from 'node:timers/promises';
import { services, type Service } from '@alloy/contracts';
import type { Installation } from '../support/installation';
import { EmptyService } from './empty-service';
import { goLive } from './memory';
import { median } from './quantile';
import { number, times, type Section } from './section';

const LIVE = 100;
const ROUNDS = 5;
/** In which services that were started have taken up again what is under way. */
const TAKEN_UP_MS = 5_000;

interface Stop {
  readonly service: Service;
  readonly ms: number;
  /** null: a signal ended it. */
  readonly code: number | null;
}

/** How long the services take to end in order, all at once, while many releases are under way. */
export async function benchStop(installation: Installation): Promise<Section> {
  const live = await goLive(installation, LIVE);
  const [stops, floor]: [Stop[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) await Promise.all(services.map((service) => installation.startAgain(service)));
    const empty = await EmptyService.start();
    await delay(TAKEN_UP_MS);
    const [least, ...ended] = await Promise.all([timed(() => empty.end()), ...services.map((service) => orderly(installation, service))]);
    floor.push(least.ms);
    stops.push(...ended);
  }
  const least = median(floor);
  const row = (service: Service): readonly string[] => {
    const own = stops.filter((stop) => stop.service === service);
    const ms = own.map((stop) => stop.ms);
    return [service, [...new Set(own.map(codeOf))].join(', '), number(median(ms)), number(Math.max(...ms)), times(median(ms) / least)];
  };
  const failed = stops.filter(({ code }) => code !== 0);
  return {
    title: 'Orderly stop',
    text: [
      `From SIGTERM to the end of the process, of all five services at once, while ${live} releases${live < LIVE ? ` (of ${LIVE})` : ''}`,
      `wait for pods that never become ready; ${ROUNDS} rounds. The floor is the same of an empty Nest application on Fastify, at the`,
      'same moment. The aim: each exits with 0.',
    ].join(' '),
    head: ['', 'exit code', 'p50, ms', 'longest, ms', 'times the floor'],
    rows: [['empty Nest application', '0', number(least), number(Math.max(...floor)), times(1)], ...services.map(row)],
    missed: services
      .filter((service) => failed.some((stop) => stop.service === service))
      .map((service) => `orderly stop: ${service} did not exit with 0 each time`),
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

const codeOf = ({ code }: Stop): string => (code === null ? 'by a signal' : String(code));
