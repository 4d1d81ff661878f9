import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '..', '..');

/** The interfaces with all payloads of a kind of stream. */
const sources = [
  { file: join(ROOT, 'libs', 'release', 'src', 'events.ts'), name: 'Payloads' },
  // A recorded policy may lack any key: `storedPolicy` adds the default of one that it does not know.
  { file: join(ROOT, 'libs', 'policy', 'src', 'project-events.ts'), name: 'ProjectPayloads', mayLack: /^policy/ },
];

/**
 * The allowed form of a payload as flat lines of a path and its value; `?` marks an optional field, `<kind=…>` the
 * variant of a union.
 */
export type Shape = readonly string[];

/** The shape of each payload of the events of releases and projects, by type, as the TypeScript compiler reports it. */
export function payloadShapes(): Readonly<Record<string, Shape>> {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const program = ts.createProgram(sources.map(({ file }) => file), { ...options, noEmit: true, types: [] });
  const checker = program.getTypeChecker();
  const shapes = sources.flatMap(({ file, name: wanted, mayLack }) => {
    const source = program.getSourceFile(file)!;
    const payloads = checker.getExportsOfModule(checker.getSymbolAtLocation(source)!).find(({ name }) => name === wanted)!;
    const walk = new ShapeWalk(checker, source, mayLack);
    return checker
      .getDeclaredTypeOfSymbol(payloads)
      .getProperties()
      .map((property) => [property.name, walk.of(checker.getTypeOfSymbolAtLocation(property, source))] as const);
  });
  return Object.fromEntries(shapes);
}

class ShapeWalk {
  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly at: ts.Node,
    /** Paths below which each field is optional. */
    private readonly mayLack?: RegExp,
  ) {}

  of(type: ts.Type): Shape {
    return [...new Set(this.lines(type, ''))].sort();
  }

  private lines(type: ts.Type, path: string): readonly string[] {
    if (type.isUnion()) return type.types.flatMap((one) => this.lines(one, path));
    if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)))
      return type.flags & ts.TypeFlags.Undefined ? [] : [`${path}: ${this.nameOf(type)}`];
    if (this.checker.isArrayType(type)) return this.lines(this.checker.getTypeArguments(type as ts.TypeReference)[0]!, `${path}[]`);
    const any = this.checker.getIndexTypeOfType(type, ts.IndexKind.String);
    if (any) return this.lines(any, `${path}{}`);
    const properties = type.getProperties();
    const kind = this.variantOf(properties);
    return properties.flatMap((property) => {
      const optional = property.flags & ts.SymbolFlags.Optional || this.mayLack?.test(path) ? '?' : '';
      return this.lines(
        this.checker.getTypeOfSymbolAtLocation(property, this.at),
        `${path}${kind}${path === '' ? '' : '.'}${property.name}${optional}`,
      );
    });
  }

  /** The discriminating property of a union's member. */
  private variantOf(properties: readonly ts.Symbol[]): string {
    const kind = properties.find(({ name }) => name === 'kind');
    const type = kind && this.checker.getTypeOfSymbolAtLocation(kind, this.at);
    return type?.isStringLiteral() ? `<kind=${type.value}>` : '';
  }

  private nameOf(type: ts.Type): string {
    return type.flags & ts.TypeFlags.BooleanLiteral ? 'boolean' : this.checker.typeToString(type, this.at, ts.TypeFormatFlags.NoTruncation);
  }
}
