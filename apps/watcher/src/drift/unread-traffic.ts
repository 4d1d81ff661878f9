import { accessRefusal, isClusterError } from '@alloy/cluster';

interface Fields {
  readonly err: unknown;
  /** Undefined: all. */
  readonly namespace: string | undefined;
}

/** Warns once per cause and namespace that the watcher cannot read what divides the traffic of releases. */
export class UnreadTraffic {
  private readonly reported = new Set<string>();

  constructor(private readonly warn: (fields: Fields, text: string) => void) {}

  /** `namespace`: whose objects were to be read; undefined: those of all. */
  report(namespace: string | undefined, err: unknown): void {
    const isForbidden = isClusterError(err, 'forbidden');
    const cause = accessRefusal(err, 'watcher')?.text ?? (err instanceof Error ? err.message : String(err));
    // Other causes may differ in each attempt.
    const key = `${namespace ?? ''} ${isForbidden || !isClusterError(err) ? cause : err.code}`;
    if (this.reported.has(key)) return;
    this.reported.add(key);
    const advice = isForbidden
      ? `; alloy project rbac PROJECT | kubectl apply -n ${namespace ?? 'NAMESPACE'} -f - gives the watcher what the project's router needs`
      : '';
    this.warn({ err, namespace }, `${cause}${advice}. ${CONSEQUENCE}`);
  }
}

const CONSEQUENCE = 'Until then a release notices only at its next write if another client changes what divides its traffic';
