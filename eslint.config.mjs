import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';
import boundaries from './boundaries.cjs';
import noRetiredWords from './eslint/no-retired-words.cjs';

// Without the project graph the boundary rule checks nothing.
process.env.NX_DAEMON = 'false';
const { createProjectGraphAsync } = await import('@nx/devkit');
await createProjectGraphAsync({ exitOnError: false });

const tags = (names) => names.map((name) => `lib:${name}`);
const constraints = (extra = []) => [
  ...Object.entries(boundaries.libs).map(([name, { libs }]) => ({
    sourceTag: `lib:${name}`,
    onlyDependOnLibsWithTags: tags([name, ...libs, ...extra]),
  })),
  ...Object.entries(boundaries.apps).map(([name, { libs }]) => ({
    sourceTag: `app:${name}`,
    onlyDependOnLibsWithTags: tags([...libs, ...extra]),
  })),
];
const moduleBoundaries = (extra, allow = []) => [
  'error',
  { enforceBuildableLibDependency: false, allow, depConstraints: constraints(extra) },
];

const clock = 'A pure lib gets time as an argument: take `now` (ms since 1970, Postgres’ clock) as a parameter.';
const chance = 'A pure lib gets ids and seeds as arguments.';
const environment = 'The environment is parsed once, by parseConfig of libs/service: add the variable to the app’s schema.';
const noSql = 'No SQL here: use an entity, or put the statement into a file of its own in libs/ledger (docs/adr/0037).';
const statement = '/^\\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\\s/';
const rawSql = [
  'CallExpression[callee.property.name="query"]',
  'TaggedTemplateExpression[tag.name="sql"], TaggedTemplateExpression[tag.property.name="sql"]',
  `Literal[value=${statement}], TemplateElement[value.raw=${statement}]`,
].map((selector) => ({ selector, message: noSql }));
const fewParameters = {
  selector: 'MethodDefinition[kind="constructor"] > FunctionExpression[params.length>5]',
  message: 'At most 5 constructor parameters: a class that needs more does more than one thing, or some of them belong together.',
};

// A line with one long literal stays whole, so that a search finds the message, the title or the protocol's text.
const literal = String.raw`'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|` + '`.*`';
const beforeLiteral = String.raw`(?:[\w.]+: |[?:] |\.\.\. |(?:return|throw|(?:export )?const \w+ =) |it\(|String\.raw)*`;
const lineLength = {
  code: 140,
  comments: 120,
  ignoreUrls: true,
  ignoreRegExpLiterals: true,
  ignorePattern: String.raw`^\s*${beforeLiteral}(?:${literal})[,;]?(?:, async \(\) => \{)?$|eslint-disable`,
};
const alloy = { rules: { 'no-retired-words': noRetiredWords } };

export default tseslint.config(
  { ignores: ['.mutation/**', '**/node_modules/', 'dist/', '.nx/', 'coverage/', '.alloy*/', '**/*.generated.ts'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': moduleBoundaries(),
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-empty-object-type': 'off',
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: environment }],
    },
  },
  {
    files: ['libs/{release,analysis,contracts,policy,catalogue}/src/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/testing/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'process', message: chance },
        { name: 'performance', message: clock },
        { name: 'setTimeout', message: clock },
        { name: 'setInterval', message: clock },
        { name: 'crypto', message: chance },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: clock },
        { object: 'Math', property: 'random', message: chance },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: clock },
        { selector: 'CallExpression[callee.name="Date"]', message: clock },
      ],
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:*'], message: 'A pure lib does no IO: give it what it needs as an argument.' }] },
      ],
    },
  },
  {
    files: ['apps/{ingest,executor,watcher,notifier}/src/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/testing/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@alloy/release',
              importNames: ['decide'],
              message: 'Only the planner decides: append a fact instead, and let it look.',
            },
          ],
        },
      ],
    },
  },
  { files: ['apps/*/src/**/*.ts'], rules: { 'no-restricted-syntax': ['error', fewParameters] } },
  {
    files: ['apps/ingest/src/**/*.controller.ts', '**/*registry*.ts', 'libs/ledger/src/{**/typeorm-*,views/*/query}.ts'],
    ignores: ['**/*.spec.ts', '**/testing/**'],
    rules: { 'no-restricted-syntax': ['error', fewParameters, ...rawSql] },
  },
  {
    files: [
      'libs/service/src/**/*.ts', 'libs/embedded/src/**/*.ts', 'apps/*/src/main.ts', '**/*.spec.ts',
      '**/testing/**/*.ts', 'test/**/*.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['**/*.spec.ts', '**/testing/**/*.ts', 'libs/*/src/{testing,contract}.ts'],
    rules: { '@nx/enforce-module-boundaries': moduleBoundaries(boundaries.specs.libs, ['/test/support/[a-z-]+$']) },
  },
  { files: ['test/**/*.ts'], rules: { '@nx/enforce-module-boundaries': 'off' } },
  { plugins: { alloy } },
  // A migration is never edited.
  { ignores: ['libs/*/src/migrations/**'], rules: { 'max-len': ['error', lineLength] } },
  { rules: { 'alloy/no-retired-words': 'error' } },
  // In a test a story is a sequence of releases on an installation.
  { files: ['test/**/*.{ts,mjs,cjs}'], rules: { 'alloy/no-retired-words': ['error', { allow: ['story', 'stories'] }] } },
  {
    files: ['eslint.config.mjs', 'eslint/retired-words.cjs', 'test/lint/*.spec.ts'],
    rules: { 'alloy/no-retired-words': 'off' },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
