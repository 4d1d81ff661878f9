import { request, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { HttpRoute, RouteRule } from '../kinds';
import type { PodAddress } from '../pods/kubelet';
import { addedBy, BackendCycle, routingOf } from './pick-backend';
import { pickEndpoint } from './pick-endpoint';
import { ruleFor } from './match-rule';
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

/** Sends each request by the rules of an HTTPRoute to a pod, as the proxies of a Gateway do. */
export class Gateway {
  private readonly cycle = new BackendCycle();

  constructor(private readonly source: TrafficSource, private readonly random: () => number) {}

  /** `?route=namespace/name&path=/cart%3Fitem=1`: method, body and headers are those of the request. */
  handle(asked: IncomingMessage, answer: ServerResponse): void {
    const { searchParams } = new URL(asked.url ?? '/', 'http://playground');
    const [namespace = '', name] = (searchParams.get('route') ?? '').split('/');
    const route = this.source.routes?.(namespace).find(({ kind, metadata }) => kind === 'HTTPRoute' && metadata.name === name);
    if (!route) return refuse(answer, 404, `no HTTPRoute ${searchParams.get('route')}`);
    const url = new URL(searchParams.get('path') ?? '/', 'http://playground');
    const headers = { ...asked.headers } as Record<string, string | undefined>;
    const rule = ruleFor(route.spec?.rules ?? [], { method: asked.method ?? 'GET', path: url.pathname, query: url.searchParams, headers });
    if (!rule) return refuse(answer, 404, 'no rule matches');
    const { service, copies, added } = this.choose(route, rule);
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

  private choose({ metadata: { namespace = '', name }, spec }: HttpRoute, rule: RouteRule) {
    const key = `${namespace}/${name}/${spec?.rules?.indexOf(rule)}`;
    const { backends, mirrors } = routingOf(rule, namespace);
    const service = this.cycle.next(key, backends);
    return { service, copies: this.cycle.copies(key, mirrors), added: addedBy(rule, namespace, service) };
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
