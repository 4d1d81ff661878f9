/**
 * The allowed imports of each project: eslint reads them for Alloy's own projects, dependency-cruiser for packages.
 * There is no default: a project that is not listed may import nothing. See docs/adr/0007.
 */
const anyLib = [
  'analysis', 'audit', 'catalogue', 'cluster', 'contracts', 'event-store', 'ledger', 'policy', 'release', 'runtime',
  'service', 'transport',
];
const nest = ['@nestjs/common', '@nestjs/core', '@nestjs/microservices', '@nestjs/platform-fastify', 'fastify', 'reflect-metadata', 'rxjs'];
const service = { libs: anyLib, packages: [...nest, 'pino', 'prom-client', 'zod', 'node:'] };

module.exports = {
  /** `import type` from these is allowed everywhere: it leaves nothing in the program. */
  types: ['@kubernetes/client-node'],
  libs: {
    analysis: { libs: [], packages: ['zod'], why: 'it is pure: it computes verdicts from samples' },
    contracts: { libs: [], packages: ['zod'], why: 'it is pure and runs in a browser' },
    release: { libs: ['analysis', 'contracts'], packages: ['zod'], why: 'it is pure: time, ids and IO are arguments' },
    policy: {
      libs: ['contracts', 'release'],
      packages: ['zod'],
      why: 'it is pure: the schema of a project policy, which the decision kernel does not need as a whole',
    },
    catalogue: { libs: ['contracts', 'policy', 'release'], packages: [], why: 'it is pure: it formats events' },
    audit: { libs: ['contracts'], packages: ['canonicalize', 'node:'], why: 'it verifies an exported log without a server' },
    runtime: { libs: [], packages: ['node:'], why: 'it has the mechanisms of any process, and small programs use it too' },
    'event-store': {
      libs: ['audit', 'contracts', 'runtime'],
      packages: ['pg', 'typeorm', 'node:'],
      why: 'it is generic: releases are defined in libs/release',
    },
    ledger: {
      libs: ['audit', 'catalogue', 'contracts', 'event-store', 'policy', 'release', 'runtime'],
      packages: ['pg', 'typeorm', 'zod', 'reflect-metadata', 'node:'],
      why: 'it stores releases on the event store and decides nothing',
    },
    transport: {
      libs: ['contracts', 'runtime'],
      packages: [
        '@nestjs/common', '@nestjs/core', '@nestjs/microservices', '@nats-io/jetstream', '@nats-io/transport-node',
        'rxjs', 'node:',
      ],
      why: 'it carries triggers and commit notifications of any content',
    },
    cluster: {
      libs: ['analysis', 'contracts', 'release', 'runtime'],
      packages: ['@kubernetes/client-node', 'js-yaml', 'zod', 'node:'],
      why: 'the Kubernetes client stays under kubernetes/ and routers/',
    },
    playground: {
      libs: ['cluster', 'contracts'],
      packages: ['yaml', 'node:'],
      why: 'it is the server: it never uses the Kubernetes client',
    },
    service: {
      libs: ['contracts', 'opentelemetry', 'runtime'],
      packages: [...nest, 'pino', 'pino-pretty', 'prom-client', 'zod', 'node:'],
      why: 'it runs any service: the domain is in other libs',
    },
    opentelemetry: {
      libs: [],
      packages: ['@fastify/otel', '@opentelemetry', 'node:'],
      why: 'services load it only if OpenTelemetry is configured, and it works for any service',
    },
    embedded: { libs: [], packages: ['node:'], why: 'it starts programs with the modules of Node' },
  },
  apps: {
    ingest: { ...service, packages: [...service.packages, '@nestjs/throttler', 'js-yaml', 'ulid', 'jose'] },
    planner: { ...service, packages: [...service.packages, 'pg'] },
    executor: service,
    watcher: service,
    notifier: { ...service, packages: [...service.packages, 'nodemailer', 'standardwebhooks'] },
    migrate: { libs: ['contracts', 'event-store', 'ledger', 'policy', 'release', 'runtime'], packages: ['pg', 'zod', 'node:'] },
    playground: { libs: ['contracts', 'playground', 'service'], packages: ['zod', 'node:'] },
    start: { libs: ['contracts', 'embedded', 'runtime', 'service', 'transport'], packages: ['zod', 'node:'] },
    demo: { libs: ['catalogue', 'contracts', 'embedded', 'release'], packages: ['zod', 'node:'] },
    cli: {
      libs: ['analysis', 'audit', 'catalogue', 'contracts', 'policy', 'release', 'runtime'],
      packages: ['commander', 'picocolors', 'yaml', 'zod', 'node:'],
      why: 'it uses HTTP only, and is bundled into one small file',
    },
  },
  /** Additional imports of specs: real servers, generated cases, clients of what they test. */
  specs: {
    libs: ['embedded', 'playground'],
    packages: [
      '@nestjs/testing', '@nats-io/jetstream', '@nats-io/transport-node', 'fast-check', 'js-yaml', 'pg', 'yaml', 'zod',
      'ajv',
      'ajv-formats', 'cloudevents', 'standardwebhooks', 'node:',
    ],
  },
};
