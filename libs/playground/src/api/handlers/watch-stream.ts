import type { PlaygroundObject } from '../../objects';
import { apiVersionOf, type ResourceType } from '../../resources';
import type { Exchange } from '../exchange';
import type { JsonObject } from '../json';
import { acceptedForm, represent, type Form } from '../representation';
import type { ApiError } from '../status';

export type EventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

// Limits the memory of a client that does not read.
const mostBuffered = 16 * 1024 * 1024;

/** The response to a watch: one JSON event per line, in the client's format. */
export class WatchStream {
  private readonly form: Form;
  private first = true;

  /** Sends the headers immediately, so that the client detects the start of the watch. */
  constructor(
    private readonly exchange: Exchange,
    private readonly type: ResourceType,
  ) {
    this.form = acceptedForm(exchange.request.headers.accept);
    exchange.response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
    exchange.response.flushHeaders();
  }

  send(event: EventType, object: PlaygroundObject): void {
    const shown = represent(this.exchange, this.type, object, this.form);
    // Only a stream's first table contains columns, because kubectl prints a header for each table with columns.
    this.write(event, this.form === 'Table' && !this.first ? { ...shown, columnDefinitions: null } : shown);
    this.first = false;
  }

  /** Sends a bookmark with the current version. */
  bookmark(annotations?: Readonly<Record<string, string>>): void {
    const metadata = {
      resourceVersion: String(this.exchange.store.resourceVersion),
      creationTimestamp: null,
      ...(annotations ? { annotations } : {}),
    };
    this.write('BOOKMARK', { kind: this.type.kind, apiVersion: apiVersionOf(this.type), metadata });
  }

  /** Ends the stream with an error event, because its status 200 was already sent. */
  refuse(refusal: ApiError): void {
    this.write('ERROR', refusal.body());
    this.end();
  }

  end(): void {
    this.exchange.response.end();
  }

  onClose(act: () => void): void {
    this.exchange.response.on('close', act);
  }

  private write(event: EventType, object: JsonObject): void {
    const { response } = this.exchange;
    if (response.writableEnded || response.destroyed) return;
    response.write(`${JSON.stringify({ type: event, object })}\n`);
    if (response.writableLength > mostBuffered) response.destroy();
  }
}
