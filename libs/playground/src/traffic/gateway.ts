import { request, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { PodAddress } from '../pods/kubelet';
import { addedBy, BackendCycle, routingOf, type Routing } from './pick-backend';
import { pickEndpoint } from './pick-endpoint';
import { ingressRouting } from './ingress-routing';
import { ruleFor, type AskedRequest } from './match-rule';
import type { TrafficSource } from './traffic';

const TIMEOUT_MS = 10_000;
/** Headers of one connection, and those by which the playground's API knows its clients. */
const OWN = new Set(['host', 'connection', 'keep-alive', 'transfer-encoding', 'content-length', 'authorization']);

interface Sent {
  readonly method: string | undefined;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: Buffer;
}

/** Where a request goes, and the key of the backends that take turns. */
interface Choice {
  readonly key: string;
  readonly routing: Routing;
  /** Headers that the response of that Service gets. */
  added(service: string | undefined): ReturnType<typeof addedBy>;
}

/**
 * Sends each request to a pod: by the rules of an HTTPRoute, as the proxies of a Gateway do, or by the Ingresses of a
 * namespace, as ingress-nginx does.
 */
export class Gateway {
  private readonly cycle = new BackendCycle();

  constructor(private readonly source: TrafficSource, private readonly random: () => number) {}

  /**
   * `?route=namespace/name&path=/cart%3Fitem=1`, or `?ingresses=namespace&host=example.com&path=/cart`: method, body
   * and headers are those of the request.
   */
  handle(asked: IncomingMessage, answer: ServerResponse): void {
    const { searchParams } = new URL(asked.url ?? '/', 'http://playground');
    const url = new URL(searchParams.get('path') ?? '/', 'http://playground');
    const headers = { ...asked.headers } as Record<string, string | undefined>;
    const found = this.choiceFor(searchParams, { method: asked.method ?? 'GET', path: url.pathname, query: url.searchParams, headers });
    if (typeof found === 'string') return refuse(answer, 404, found);
    const service = this.cycle.next(found.key, found.routing.backends);
    const copies = this.cycle.copies(found.key, found.routing.mirrors);
    const added = found.added(service);
    const address = service === undefined ? undefined : this.addressOf(service);
    if (!address) return refuse(answer, 503, 'no healthy upstream');
    void read(asked).then((body) => {
      const sent = { method: asked.method, path: `${url.pathname}${url.search}`, headers: forwarded(asked.headers), body };
      for (const copied of copies) this.copy(copied, sent);
      forward(sent, address, answer, added);
    }, () => answer.destroy());
  }

  /** Sends a copy of a request to a Service and ignores the response. */
  copy(service: string, sent: Sent): void {
    const address = this.addressOf(service);
    if (!address) return;
    const { body, ...options } = sent;
    request({ ...address, ...options, agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) }, (response) => void response.resume())
      .once('error', () => undefined)
      .end(body);
  }

  /** A text says why there is none. */
  private choiceFor(parameters: URLSearchParams, asked: AskedRequest): Choice | string {
    const ingresses = parameters.get('ingresses');
    if (ingresses !== null) {
      const host = parameters.get('host') ?? '';
      const found = ingressRouting(this.source.ingresses?.(ingresses) ?? [], { ...asked, host });
      return (found && { ...found, added: () => [] }) ?? `no Ingress of ${ingresses} for ${host || 'any host'}`;
    }
    const [namespace = '', name] = (parameters.get('route') ?? '').split('/');
    const route = this.source.routes?.(namespace).find(({ kind, metadata }) => kind === 'HTTPRoute' && metadata.name === name);
    if (!route) return `no HTTPRoute ${parameters.get('route')}`;
    const rule = ruleFor(route.spec?.rules ?? [], asked);
    if (!rule) return 'no rule matches';
    const key = `${namespace}/${name}/${route.spec?.rules?.indexOf(rule)}`;
    return { key, routing: routingOf(rule, namespace), added: (service) => addedBy(rule, namespace, service) };
  }

  private addressOf(service: string): PodAddress | undefined {
    const picked = pickEndpoint(this.source.slices(service), this.random);
    const target = picked?.endpoint.targetRef;
    const pod = target && this.source.pod(target.namespace, target.name);
    return pod && this.source.addressOf(pod, picked?.port ?? 80);
  }
}

function forward({ body, ...sent }: Sent, address: PodAddress, answer: ServerResponse, added: ReturnType<typeof addedBy>): void {
  const asked = request({ ...address, ...sent, agent: false, timeout: TIMEOUT_MS }, (response) => {
    for (const [name, value] of Object.entries(forwarded(response.headers))) answer.setHeader(name, value ?? []);
    for (const { name, value } of added) answer.appendHeader(name, value);
    answer.writeHead(response.statusCode ?? 502);
    response.pipe(answer);
  });
  asked.once('timeout', () => asked.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
  asked.once('error', (error) => (answer.headersSent ? answer.destroy() : refuse(answer, 502, error.message)));
  asked.end(body);
}

async function read(asked: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of asked) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const forwarded = (headers: IncomingHttpHeaders): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.has(name)));

const refuse = (answer: ServerResponse, status: number, text: string): void =>
  void answer.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
