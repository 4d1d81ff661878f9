import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

interface Boundaries {
  readonly libs: Readonly<Record<string, { readonly libs: readonly string[] }>>;
  readonly apps: Readonly<Record<string, { readonly libs: readonly string[] }>>;
  readonly specs: { readonly libs: readonly string[] };
}

const root = join(__dirname, '..');
const boundaries = jest.requireActual<Boundaries>('../boundaries.cjs');
const folder = mkdtempSync(join(tmpdir(), 'alloy-nx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs Nx as npm does, with its own cache folder. */
function nx(args: readonly string[]): string {
  const env = {
    ...process.env,
    NX_DAEMON: 'false',
    NX_WORKSPACE_DATA_DIRECTORY: join(folder, 'data'),
    NX_CACHE_DIRECTORY: join(folder, 'cache'),
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js'), ...args], {
    cwd: root, encoding: 'utf8', env, maxBuffer: 64_000_000,
  });
  if (status !== 0) throw new Error(`nx ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

interface Project {
  readonly name: string;
  readonly folder: string;
  readonly tag: string;
  /** The libs that a project's code and specs import. */
  readonly imports: ReadonlySet<string>;
}

const projects: readonly Project[] = globSync('{libs,apps}/*/project.json', { cwd: root }).map((file) => {
  const { name, tags } = JSON.parse(readFileSync(join(root, file), 'utf8')) as { readonly name: string; readonly tags: readonly string[] };
  const sources = globSync(`${dirname(file)}/src/**/*.ts`, { cwd: root }).map((source) => readFileSync(join(root, source), 'utf8'));
  const imports = sources.flatMap((source) =>
    [...source.matchAll(/(?:from|import\(|requireActual\()\s*'@alloy\/([a-z-]+)/g)].map(([, lib]) => lib!),
  );
  return { name, folder: dirname(file), tag: tags[0]!, imports: new Set(imports.filter((lib) => lib !== name)) };
});

/** The lib and all projects that import it, directly or through others. */
function importersOf(lib: string): readonly string[] {
  const found = new Set([lib]);
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const { name, imports } of projects) if ([...imports].some((one) => found.has(one))) found.add(name);
  }
  return [...found];
}

interface Graph {
  readonly graph: {
    readonly nodes: Readonly<
      Record<
        string,
        {
          readonly data: {
            readonly targets: Readonly<Record<string, { readonly cache?: boolean }>>;
            readonly implicitDependencies?: readonly string[];
          };
        }
      >
    >;
    readonly dependencies: Readonly<Record<string, ReadonlyArray<{ readonly target: string; readonly type: string }>>>;
  };
}

describe('the project graph of Nx', () => {
  let graph: Graph['graph'];
  beforeAll(() => {
    const file = join(folder, 'graph.json');
    nx(['graph', `--file=${file}`]);
    ({ graph } = JSON.parse(readFileSync(file, 'utf8')) as Graph);
  });

  /** A project that is imported statically and dynamically is there twice. */
  const targetsOf = (name: string): readonly string[] =>
    [...new Set(graph.dependencies[name]!.filter(({ type }) => type !== 'implicit').map(({ target }) => target))].sort();

  it('has every import between projects as an edge, and no other', () => {
    const edges = Object.fromEntries(projects.map(({ name }) => [name, targetsOf(name)]));
    expect(edges).toEqual(Object.fromEntries(projects.map(({ name, imports }) => [name, [...imports].sort()])));
  });

  it('has no edge that boundaries.cjs forbids', () => {
    const allowed = (tag: string): readonly string[] => {
      const [kind, name] = tag.split(':') as ['lib' | 'app', string];
      return [...(kind === 'lib' ? boundaries.libs : boundaries.apps)[name]!.libs, ...boundaries.specs.libs];
    };
    expect(
      projects.flatMap(({ name, tag, imports }) =>
        [...imports].filter((lib) => !allowed(tag).includes(lib)).map((lib) => `${name} imports ${lib}`),
      ),
    ).toEqual([]);
  });

  it('has each project of boundaries.cjs with a cached target for each check', () => {
    expect(projects.map(({ tag }) => tag).sort()).toEqual(
      [...Object.keys(boundaries.libs).map((name) => `lib:${name}`), ...Object.keys(boundaries.apps).map((name) => `app:${name}`)].sort(),
    );
    for (const { name, tag } of projects) {
      const { targets } = graph.nodes[name]!.data;
      const wanted = [...(tag.startsWith('app:') ? ['build'] : []), 'test', 'lint', 'typecheck'];
      expect({
        name,
        targets: Object.entries(targets)
          .filter(([, { cache }]) => cache)
          .map(([target]) => target),
      }).toEqual({ name, targets: expect.arrayContaining(wanted) });
    }
  });
});

describe('nx affected', () => {
  it.each(['audit', 'cluster', 'contracts', 'embedded'])('lists, for a change in libs/%s, exactly that lib and its importers', (lib) => {
    const listed = JSON.parse(nx(['show', 'projects', '--affected', `--files=libs/${lib}/src/index.ts`, '--json'])) as readonly string[];
    const waiting = projects.map(({ name }) => name).filter((name) => importersOf(lib).includes(name));
    expect([...listed].sort()).toEqual([...new Set([...waiting, ...runners(waiting)])].sort());
  });

  /** The projects that start an affected service: they are affected too, though they import nothing of it. */
  function runners(affected: readonly string[]): readonly string[] {
    const services = ['ingest', 'planner', 'executor', 'watcher', 'notifier', 'migrate', 'playground-app'];
    return affected.some((name) => services.includes(name)) ? ['start', 'demo'] : affected.includes('start') ? ['demo'] : [];
  }
});
