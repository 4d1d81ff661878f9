import { Film } from '../film';
import { eventsOf } from '../histories';
import { lastWorld, type World } from '../revision';
import { checkAbort } from './abort';

const hpa = (film: Film, minReplicas = 2): Film => film.put('HorizontalPodAutoscaler', 'web', { spec: { scaleTargetRef: { name: 'web' }, minReplicas, maxReplicas: 9 } });
const begun = (): Film => new Film().service({ app: 'shop' }).running('web', 2);
const world = (film: Film): World => lastWorld(film.steps);
const shifted = (...weights: readonly number[]) => eventsOf('release-1', weights.map((weight) => ['TrafficShifted', { asked: weight, reached: weight }] as const));
const faults = (film: Film, events = shifted(50, 0), before = world(begun())): readonly string[] => checkAbort({ workload: 'web', before, after: world(film), events }).violations.map(({ text }) => text);

describe('P15', () => {
  it('is content when all is as it was, and with what never began', () => {
    expect(faults(begun())).toEqual([]);
    expect(faults(begun(), shifted())).toEqual([]);
    expect(faults(begun().running('web-canary', 1).delete('Deployment', 'web-canary').pod('web-canary', 'web-canary-0', { going: true }))).toEqual([]);
  });

  it('finds a weight that was left', () => {
    expect(faults(begun(), shifted(50))).toEqual(['the canary was left with a weight of 50 % (asked: 50 %)']);
  });

  it('finds a canary that was left', () => {
    expect(faults(begun().running('web-canary', 1))).toEqual(['the canary’s Deployment is still there', 'the canary’s pod web-canary-0 is still there']);
  });

  it('finds another stable, a smaller one, or none', () => {
    expect(faults(begun().deployment('web', 2, { image: 'v2' }))).toEqual(['stable runs v2 and not v1']);
    expect(faults(begun().deployment('web', 1))).toEqual(['stable has 1 replicas and had 2']);
    expect(faults(begun().delete('Deployment', 'web'))).toEqual(['stable is gone']);
  });

  it('finds a Service or an autoscaler that is not as it was, and leaves the number of pods to the latter', () => {
    expect(faults(begun().service({ app: 'shop', 'alloy.dev/track': 'canary' }))).toEqual(['Service web has another selector']);
    expect(faults(hpa(begun(), 1), shifted(), world(hpa(begun())))).toEqual(['HorizontalPodAutoscaler web has another minReplicas']);
    expect(faults(hpa(begun()).deployment('web', 1), shifted(), world(hpa(begun())))).toEqual([]);
  });
});
