import { writeSync } from 'node:fs';
import { crashPointsOf, onCrashPoint, type CrashPointName, type Service } from '@alloy/contracts';
import type { Logger } from 'pino';
import { z } from 'zod';
import { ConfigError } from './parse-config';

/** The process is killed when it passes `point` for the n-th time, counted from 1. */
export interface CrashAt {
  readonly point: CrashPointName;
  readonly passing: number;
}

const FORMAT = /^([a-z-]+\.[a-z-]+)(?::([1-9]\d{0,5}))?$/;

/** Parses `<point>[:<n>]`; n defaults to 1. Refuses a crash point that the service does not pass. */
export const crashAt = (service: Service) =>
  z.string().transform((text, context): CrashAt => {
    const [, name, passing = '1'] = FORMAT.exec(text) ?? [];
    const point = crashPointsOf(service).find((known) => known === name);
    if (point) return { point, passing: Number(passing) };
    const known = crashPointsOf(service).join(', ');
    context.addIssue({ code: 'custom', message: `must be <point> or <point>:<n> with a crash point of ${service}: ${known}` });
    return z.NEVER;
  });

export interface CrashConfig {
  readonly APP_ENV?: 'development' | 'production' | undefined;
  readonly ALLOY_CRASH_AT?: CrashAt | undefined;
}

/** Ends this process with SIGKILL, as `kill -9` does: no handler and no `finally` runs. */
function killSelf(line: string): void {
  // Synchronous: an asynchronous write would be lost.
  writeSync(2, `${line}\n`);
  process.kill(process.pid, 'SIGKILL');
}

/** Arms the configured crash point and logs a warning. Throws `ConfigError` in production. `kill`: for specs. */
export function armCrashPoint({ APP_ENV, ALLOY_CRASH_AT: at }: CrashConfig, logger: Pick<Logger, 'warn'>, kill = killSelf): void {
  if (!at) return;
  if (APP_ENV === 'production')
    throw new ConfigError(
      ['ALLOY_CRASH_AT'],
      'bad configuration: ALLOY_CRASH_AT: kills the process and must be unset if APP_ENV is production',
    );
  logger.warn(
    { crashPoint: at.point, passing: at.passing },
    'armed by ALLOY_CRASH_AT: this process kills itself at a crash point; only for tests',
  );
  let left = at.passing;
  onCrashPoint((name) => {
    if (name !== at.point || (left -= 1) > 0) return;
    kill(crashLine(at, process.pid));
  });
}

/** The last line that a process writes before it kills itself. */
export const crashLine = ({ point, passing }: CrashAt, pid: number): string => `killed at crash point ${point}:${passing} (pid ${pid})`;
