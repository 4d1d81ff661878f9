const { types, libs, apps, specs } = require('./boundaries.cjs');

/** Matches a package, whole: installed, or one of Node's own. */
const matching = (packages) =>
  packages.map((name) => (name === 'node:' ? '^(node:)?[a-z_]+(/promises)?$' : `(^|/)node_modules/${name}(/|$)`)).join('|') || '^$';

const spec = '\\.spec\\.ts$|/(testing|contract)\\.ts$|/testing/';

/** What a project may use besides Alloy's own libs; its specs may use a little more. */
const rulesFor = (kind, name, { packages, why }) => {
  const own = `^${kind}/${name}/`;
  const rule = (suffix, path, allowed) => ({
    name: `${kind}-${name}-packages${suffix}`,
    severity: 'error',
    comment: `${kind}/${name} may use ${allowed.join(', ')}${why ? `, because ${why}` : ''}. If it truly needs more, say so in boundaries.cjs, with an ADR.`,
    from: path,
    to: {
    dependencyTypesNot: ['local', 'localmodule', 'aliased', 'aliased-tsconfig', 'undetermined'],
    pathNot: matching([...allowed, ...types]),
  },
  });
  return [
    rule('', { path: own, pathNot: `${spec}|^libs/cluster/src/(kubernetes|routers)/` }, packages),
    rule('-specs', { path: `${own}.*(${spec})` }, [...packages, ...specs.packages]),
  ];
};

module.exports = {
  forbidden: [
    ...Object.entries(libs).flatMap(([name, project]) => rulesFor('libs', name, project)),
    ...Object.entries(apps).flatMap(([name, project]) => rulesFor('apps', name, project)),
    {
      name: 'kubernetes-client-stays-in-cluster',
      severity: 'error',
      comment: 'Only libs/cluster/src/kubernetes and routers speak Kubernetes: use the ports in libs/cluster/src/ports.ts. `import type` is allowed everywhere.',
      from: { pathNot: `^libs/cluster/src/(kubernetes|routers)/|^test/|${spec}` },
      to: { path: 'node_modules/@kubernetes/client-node', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-app-imports-an-app',
      severity: 'error',
      comment: 'Apps share code through libs only.',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-know-no-app',
      severity: 'error',
      comment: 'A lib is used by apps, never the other way round.',
      from: { path: '^libs/', pathNot: spec },
      to: { path: '^(apps|test)/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need each other are one thing, or hide a third.',
      from: { path: '^(libs|apps)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'An import must lead somewhere.',
      from: { path: '^(libs|apps|test)/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
