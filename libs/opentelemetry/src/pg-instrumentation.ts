import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';

/** The driver of the process: the part of `pg` that is instrumented. */
export interface PostgresDriver {
  readonly Client: { readonly prototype: object };
  readonly Pool: { readonly prototype: object };
}

/**
 * OpenTelemetry patches a package when it is required. In a bundle no package is required, so this class patches the
 * bundled driver.
 */
export class BundledPgInstrumentation extends PgInstrumentation {
  patch(pg: PostgresDriver): void {
    const modules: Readonly<Record<string, unknown>> = { pg, 'pg-pool': pg.Pool };
    for (const { name, patch } of this.init()) patch?.(modules[name]);
  }
}
