import { Film } from '../film';
import { eventsOf } from '../histories';
import { lastWorld, type World } from '../revision';
import { checkAbort } from './abort';

const hpa = (film: Film, minReplicas = 2): Film =>
  film.put('HorizontalPodAutoscaler', 'web', { spec: { scaleTargetRef: { name: 'web' }, minReplicas, maxReplicas: 9 } });
const begun = (): Film => new Film().service({ app: 'shop' }).running('web', 2);
const world = (film: Film): World => lastWorld(film.steps);
const shifted = (...weights: readonly number[]) =>
  eventsOf(
    'release-1',
    weights.map((weight) => ['TrafficShifted', { asked: weight, reached: weight }] as const),
  );
const faults = (film: Film, events = shifted(50, 0), before = world(begun())): readonly string[] =>
  checkAbort({ workload: 'web', before, after: world(film), events }).violations.map(({ text }) => text);

describe('P15', () => {
  it('accepts an unchanged namespace, and a release that never started', () => {
    expect(faults(begun())).toEqual([]);
    expect(faults(begun(), shifted())).toEqual([]);
    expect(
      faults(begun().running('web-canary', 1).delete('Deployment', 'web-canary').pod('web-canary', 'web-canary-0', { going: true })),
    ).toEqual([]);
  });

  it('finds a remaining weight', () => {
    expect(faults(begun(), shifted(50))).toEqual(['the canary was left with a weight of 50 % (asked: 50 %)']);
  });

  it('finds a remaining canary', () => {
    expect(faults(begun().running('web-canary', 1))).toEqual([
      'the canary’s Deployment still exists',
      'the canary’s pod web-canary-0 still exists',
    ]);
  });

  it('finds another, a smaller or a missing stable version', () => {
    expect(faults(begun().deployment('web', 2, { image: 'v2' }))).toEqual(['stable runs v2 and not v1']);
    expect(faults(begun().deployment('web', 1))).toEqual(['stable has 1 replicas and had 2']);
    expect(faults(begun().delete('Deployment', 'web'))).toEqual(['stable does not exist any more']);
  });

  it('finds a changed Service or autoscaler, and ignores the number of pods under an autoscaler', () => {
    expect(faults(begun().service({ app: 'shop', 'alloy.dev/track': 'canary' }))).toEqual(['Service web has another selector']);
    expect(faults(hpa(begun(), 1), shifted(), world(hpa(begun())))).toEqual(['HorizontalPodAutoscaler web has another minReplicas']);
    expect(faults(hpa(begun()).deployment('web', 1), shifted(), world(hpa(begun())))).toEqual([]);
  });
});
