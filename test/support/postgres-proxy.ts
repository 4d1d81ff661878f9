import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { bound, Messages, parsed, type Message } from './postgres-messages';

/** A point in the append of one event. */
export interface FaultPoint {
  readonly project: string;
  /** Type of the event, which may be one of several in its append. */
  readonly type: string;
  /** The step of the event; default: the first event of the type, with any step. */
  readonly step?: number;
  /** Kind of the step that the event starts; default: any. */
  readonly stepKind?: string;
  /**
   * `before`: Postgres does not get the append. `after`: Postgres has committed, and the writer does not get the
   * response.
   */
  readonly when: 'before' | 'after';
}

interface Armed extends FaultPoint {
  readonly strike: () => void;
  readonly cuts: boolean;
}

const APPEND = /\bappend_events\(/;

/** A TCP proxy between one service and Postgres, which detects the appends of events. */
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

  /** A database's URL through this proxy. */
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

  /** Calls `strike` once, at that point, and leaves the connection open. Returns a function to cancel it. */
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

  /** Strikes at all reached points; true if the connection is to be cut there. */
  private strikes(when: FaultPoint['when'], { events }: AppendInSight): boolean {
    const isThere = (point: FaultPoint): boolean => events.some((event) => isAt(point, event));
    const hit = this.armed.filter((point) => point.when === when && isThere(point));
    this.armed = this.armed.filter((point) => !hit.includes(point));
    for (const { strike } of hit) strike();
    return hit.some(({ cuts }) => cuts);
  }
}

const isAt = ({ project, type, step, stepKind }: FaultPoint, event: SeenEvent): boolean =>
  event.project === project &&
  event.type === type &&
  (step ?? event.data.step) === event.data.step &&
  (stepKind ?? event.data.spec?.kind) === event.data.spec?.kind;

interface SeenEvent {
  readonly project: string;
  readonly type: string;
  readonly data: { readonly step?: number; readonly spec?: { readonly kind: string } };
}

/** Follows one connection: the events that the current transaction appends. */
class AppendInSight {
  events: readonly SeenEvent[] = [];
  private readonly statements = new Set<string>();

  /** True if this message requests an append of events. */
  begins({ type, body }: Message): boolean {
    if (type === 'P') this.prepares(body);
    if (type !== 'B') return false;
    const { statement, parameters } = bound(body);
    if (!this.statements.has(statement)) return false;
    // Each event comes as its canonical text, split before its time and before its version.
    const tails = elements(parameters[4]);
    this.events = elements(parameters[3]).map((head, i) => JSON.parse(`${head}${tails[i]}0}`) as SeenEvent);
    return true;
  }

  /**
   * True if this message reports the commit of the append; the response to a COMMIT of a failed transaction is
   * ROLLBACK.
   */
  commits({ type, body }: Message): boolean {
    return type === 'C' && this.events.length > 0 && body.toString('utf8').startsWith('COMMIT');
  }

  /** Between two statements; outside of a transaction there is no append. */
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
