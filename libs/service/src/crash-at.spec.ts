import { crashPoint, crashPointsOf, onCrashPoint } from '@alloy/contracts';
import { baseConfig } from './base-config';
import { armCrashPoint, crashAt, type CrashAt } from './crash-at';
import { ConfigError, parseConfig } from './parse-config';

const parse = (text: string) => crashAt('executor').safeParse(text);
const at: CrashAt = { point: 'executor.after-write', passing: 2 };
const armed = (config: Parameters<typeof armCrashPoint>[0]) => {
  const world = { warnings: [] as unknown[], kills: [] as string[] };
  armCrashPoint(config, { warn: (fields: unknown) => void world.warnings.push(fields) }, (line) => void world.kills.push(line));
  return world;
};

describe('ALLOY_CRASH_AT', () => {
  it('names a crash point of the service and which passing of it, by default the first', () => {
    expect(parse('executor.after-write').data).toEqual({ point: 'executor.after-write', passing: 1 });
    expect(parse('executor.after-write:12').data).toEqual({ point: 'executor.after-write', passing: 12 });
  });

  const refused = ['executor.never', 'planner.after-append', 'executor.after-write:0', 'toString', ''];
  it.each(refused)('%p is refused with the names that the service knows', (text) => {
    const { error } = parse(text);
    for (const name of crashPointsOf('executor')) expect(error?.message).toContain(name);
    expect(error?.message).not.toContain('planner.after-append');
  });
});

it('is a part of the config of every service, which fails at the start with one line if the name is unknown', () => {
  const env = { DATABASE_URL: 'postgres://localhost/alloy', NATS_URL: 'nats://localhost' };
  const parsePlanner = (name: string | undefined) => parseConfig(baseConfig('planner'), { ...env, ALLOY_CRASH_AT: name }).ALLOY_CRASH_AT;
  expect(parsePlanner('relay.after-order')).toEqual({ point: 'relay.after-order', passing: 1 });
  expect(parsePlanner(undefined)).toBeUndefined();
  expect(() => parsePlanner('relay.later')).toThrow(/^bad configuration: ALLOY_CRASH_AT: must be <point> or <point>:<n> .* planner: .*relay\.after-order/);
});

describe('an armed process', () => {
  afterEach(() => onCrashPoint(undefined));

  it('logs a warning, and kills itself when it passes the point for the n-th time', () => {
    const world = armed({ ALLOY_CRASH_AT: at });
    expect(world.warnings).toEqual([{ crashPoint: 'executor.after-write', passing: 2 }]);
    crashPoint('executor.after-write');
    crashPoint('executor.before-write');
    expect(world.kills).toEqual([]);
    crashPoint('executor.after-write');
    expect(world.kills).toEqual([`killed at crash point executor.after-write:2 (pid ${process.pid})`]);
  });

  it('does nothing without the variable', () => {
    const world = armed({ APP_ENV: 'production' });
    crashPoint('executor.after-write');
    expect(world).toEqual({ warnings: [], kills: [] });
  });

  it('is not started in production', () => {
    expect(() => armed({ APP_ENV: 'production', ALLOY_CRASH_AT: at })).toThrow(ConfigError);
    crashPoint('executor.after-write');
  });
});
