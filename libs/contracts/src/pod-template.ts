import { kindIdOf } from './kinds';

type Fields = Readonly<Record<string, unknown>>;

const recordOf = (value: unknown): Fields =>
  (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {});

/** For each kind of workload the path of its pod template. */
const templates: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['Deployment.apps', ['spec', 'template']],
  ['StatefulSet.apps', ['spec', 'template']],
  ['DaemonSet.apps', ['spec', 'template']],
  ['ReplicaSet.apps', ['spec', 'template']],
  ['Job.batch', ['spec', 'template']],
  ['CronJob.batch', ['spec', 'jobTemplate', 'spec', 'template']],
  ['Pod', []],
]);

interface Typed extends Fields {
  readonly apiVersion: string;
  readonly kind: string;
}

/** The path of the pod template in an object of this kind; undefined: it has none that Alloy knows. */
export const templatePath = (object: Pick<Typed, 'apiVersion' | 'kind'>): readonly string[] | undefined => templates.get(kindIdOf(object));

/** The pod template of a workload; undefined: the object is none. */
export function podTemplate(object: Typed): Fields | undefined {
  return templatePath(object)?.reduce<Fields>((found, key) => recordOf(found[key]), object);
}

/** The object with another pod template. */
export function withTemplate<T extends Typed>(object: T, template: Fields): T {
  const put = (at: Fields, [key, ...rest]: readonly string[]): Fields =>
    key === undefined ? template : { ...at, [key]: put(recordOf(at[key]), rest) };
  return put(object, templatePath(object) ?? []) as T;
}
