/**
 * Who may import what, told once: eslint reads it for Alloy's own projects, dependency-cruiser for packages.
 * There is no fallback: a project that is not listed may import nothing. See docs/adr/0007.
 */
const anyLib = ['analysis', 'audit', 'catalogue', 'cluster', 'contracts', 'event-store', 'ledger', 'policy', 'release', 'service', 'transport'];
const nest = ['@nestjs/common', '@nestjs/core', '@nestjs/microservices', '@nestjs/platform-fastify', 'fastify', 'reflect-metadata', 'rxjs'];
const service = { libs: anyLib, packages: [...nest, 'pino', 'prom-client', 'zod', 'node:'] };

module.exports = {
  libs: {
    analysis: { libs: [], packages: ['zod'], why: 'it is pure: samples in, verdict out' },
    contracts: { libs: [], packages: ['zod'], why: 'it is pure and runs in a browser' },
    release: { libs: ['analysis', 'contracts'], packages: ['zod'], why: 'it is pure: time, ids and IO are arguments' },
    policy: { libs: ['contracts', 'release'], packages: ['zod'], why: 'it is pure: the schema of a project policy, which the decision kernel does not need as a whole' },
    catalogue: { libs: ['contracts', 'policy', 'release'], packages: [], why: 'it is pure: it formats events' },
    audit: { libs: ['contracts'], packages: ['canonicalize', 'node:'], why: 'whoever holds an export checks the log with it, without a server' },
    'event-store': { libs: ['audit', 'contracts'], packages: ['pg', 'typeorm', 'node:'], why: 'it is generic and knows no release' },
    ledger: { libs: ['audit', 'catalogue', 'contracts', 'event-store', 'policy', 'release'], packages: ['pg', 'typeorm', 'zod', 'reflect-metadata', 'node:'], why: 'it is the release core on the event store, and no more' },
    transport: { libs: ['contracts'], packages: ['@nestjs/common', '@nestjs/core', '@nestjs/microservices', '@nats-io/jetstream', '@nats-io/transport-node', 'rxjs', 'node:'], why: 'it carries wakes and knows no release' },
    cluster: { libs: ['analysis', 'contracts', 'release'], packages: ['zod', 'yaml', 'node:'], why: 'the Kubernetes client stays under kubernetes/ and routers/' },
    playground: { libs: ['cluster', 'contracts'], packages: ['yaml', 'node:'], why: 'it is the other side of the wire: it never uses the Kubernetes client' },
    service: { libs: ['contracts', 'opentelemetry'], packages: [...nest, 'pino', 'pino-pretty', 'prom-client', 'zod', 'node:'], why: 'it runs any service and knows no domain' },
    opentelemetry: { libs: [], packages: ['@fastify/otel', '@opentelemetry', 'node:'], why: 'it is loaded only where OpenTelemetry is configured, and knows no service' },
    embedded: { libs: [], packages: ['node:'], why: 'it starts programs with what Node has' },
  },
  apps: {
    ingest: { ...service, packages: [...service.packages, '@nestjs/throttler', 'yaml', 'ulid', 'jose'] },
    planner: { ...service, packages: [...service.packages, 'pg'] },
    executor: service,
    watcher: service,
    notifier: { ...service, packages: [...service.packages, 'nodemailer', 'standardwebhooks'] },
    migrate: { libs: ['contracts', 'event-store', 'ledger', 'policy', 'release'], packages: ['pg', 'zod', 'node:'] },
    playground: { libs: ['contracts', 'playground', 'service'], packages: ['zod', 'node:'] },
    start: { libs: ['contracts', 'embedded', 'service', 'transport'], packages: ['zod', 'node:'] },
    demo: { libs: ['contracts', 'embedded', 'release'], packages: ['zod', 'node:'] },
    cli: { libs: ['analysis', 'audit', 'catalogue', 'contracts', 'policy', 'release'], packages: ['commander', 'picocolors', 'yaml', 'zod', 'node:'], why: 'it speaks HTTP only, and is one small file' },
  },
  /** Specs may also start real servers, generate cases, and speak to what they test. */
  specs: { libs: ['embedded', 'playground'], packages: ['@nestjs/testing', '@nats-io/jetstream', '@nats-io/transport-node', 'fast-check', 'pg', 'yaml', 'zod', 'ajv', 'ajv-formats', 'cloudevents', 'standardwebhooks', 'node:'] },
};
