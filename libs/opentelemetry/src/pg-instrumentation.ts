import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';

/** The driver that the process uses: `pg`, as far as it is instrumented. */
export interface PostgresDriver {
  readonly Client: { readonly prototype: object };
  readonly Pool: { readonly prototype: object };
}

/** OpenTelemetry patches a package when it is required. In a bundle nothing is: it gets the bundled driver instead. */
export class BundledPgInstrumentation extends PgInstrumentation {
  patch(pg: PostgresDriver): void {
    const modules: Readonly<Record<string, unknown>> = { pg, 'pg-pool': pg.Pool };
    for (const { name, patch } of this.init()) patch?.(modules[name]);
  }
}
