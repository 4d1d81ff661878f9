import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { bound, Messages, parsed, type Message } from './postgres-messages';

/** A moment in the append of one event. */
export interface FaultPoint {
  readonly project: string;
  /** Type of the event; it may be one of several in its append. */
  readonly type: string;
  /** The step that the event names; default: the first event of the type, whatever its step. */
  readonly step?: number;
  /** Kind of the step that the event starts; default: any. */
  readonly stepKind?: string;
  /** `before`: Postgres never sees the append. `after`: Postgres has committed, and the writer never hears of it. */
  readonly when: 'before' | 'after';
}

interface Armed extends FaultPoint {
  readonly strike: () => void;
  readonly cuts: boolean;
}

const APPEND = /\bappend_events\(/;

/** A TCP proxy between one service and Postgres, which knows when an event is being appended. */
export class PostgresProxy {
  private armed: Armed[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(target: URL): Promise<PostgresProxy> {
    const server = createServer();
    const proxy = new PostgresProxy(server);
    server.on('connection', (client) => proxy.connect(client, connect(Number(target.port), target.hostname)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** A database's URL by way of this proxy. */
  url(database: string): string {
    const url = new URL(database);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Calls `strike` once, at that point, and cuts the connection there. */
  arm(point: FaultPoint, strike: () => void): void {
    this.armed.push({ ...point, strike, cuts: true });
  }

  /** Calls `strike` once, at that point, and leaves the connection alone. Returns how to call it off. */
  notice(point: FaultPoint, strike: () => void): () => void {
    const armed: Armed = { ...point, strike, cuts: false };
    this.armed.push(armed);
    return () => {
      this.armed = this.armed.filter((one) => one !== armed);
    };
  }

  close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private connect(client: Socket, upstream: Socket): void {
    const cut = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.setNoDelay(true).on('error', cut).on('close', cut).on('close', () => this.sockets.delete(socket));
    }
    const requests = new Messages(true);
    const answers = new Messages(false);
    const append = new AppendInSight();
    client.on('data', (chunk: Buffer) => {
      for (const message of requests.take(chunk)) {
        if (append.begins(message) && this.strikes('before', append)) return cut();
        upstream.write(message.bytes);
      }
    });
    upstream.on('data', (chunk: Buffer) => {
      for (const message of answers.take(chunk)) {
        if (append.commits(message) && this.strikes('after', append)) return cut();
        if (message.type === 'Z') append.rests(message);
        client.write(message.bytes);
      }
    });
  }

  /** Strikes at every point that is reached; true if the connection is to be cut there. */
  private strikes(when: FaultPoint['when'], { events }: AppendInSight): boolean {
    const isThere = (point: FaultPoint): boolean => events.some((event) => isAt(point, event));
    const hit = this.armed.filter((point) => point.when === when && isThere(point));
    this.armed = this.armed.filter((point) => !hit.includes(point));
    for (const { strike } of hit) strike();
    return hit.some(({ cuts }) => cuts);
  }
}

const isAt = ({ project, type, step, stepKind }: FaultPoint, event: SeenEvent): boolean =>
  event.project === project && event.type === type && (step ?? event.data.step) === event.data.step && (stepKind ?? event.data.spec?.kind) === event.data.spec?.kind;

interface SeenEvent {
  readonly project: string;
  readonly type: string;
  readonly data: { readonly step?: number; readonly spec?: { readonly kind: string } };
}

/** Follows one connection: which events the transaction under way appends. */
class AppendInSight {
  events: readonly SeenEvent[] = [];
  private readonly statements = new Set<string>();

  /** True if this asks for events to be appended. */
  begins({ type, body }: Message): boolean {
    if (type === 'P') this.prepares(body);
    if (type !== 'B') return false;
    const { statement, parameters } = bound(body);
    if (!this.statements.has(statement)) return false;
    // Each event comes as its canonical text, cut in front of its time and of its version.
    const tails = elements(parameters[4]);
    this.events = elements(parameters[3]).map((head, i) => JSON.parse(`${head}${tails[i]}0}`) as SeenEvent);
    return true;
  }

  /** True if this says that what was appended is committed; a COMMIT of a failed transaction is answered ROLLBACK. */
  commits({ type, body }: Message): boolean {
    return type === 'C' && this.events.length > 0 && body.toString('utf8').startsWith('COMMIT');
  }

  /** Between two statements; outside of a transaction nothing is in sight. */
  rests({ body }: Message): void {
    if (body.toString('latin1') === 'I') this.events = [];
  }

  private prepares(body: Buffer): void {
    const { statement, sql } = parsed(body);
    if (APPEND.test(sql)) this.statements.add(statement);
    else this.statements.delete(statement);
  }
}

/** Elements of an array literal as `pg` writes it: `{"a","b \"c\""}`. */
const elements = (literal: string | null | undefined): readonly string[] =>
  [...(literal ?? '').matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, quoted]) => quoted!.replace(/\\(.)/gs, '$1'));
