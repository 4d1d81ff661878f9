import { Api } from './api/client';
import { isLoopback } from './config/loopback';
import type { Context } from './config/context';
import type { Io } from './io';
import { Output, type Format } from './output/output';

/** Options of every verb. */
export interface CommonOptions {
  readonly context?: string;
  readonly output?: Format;
  readonly reason?: string;
}

/** A verb's connection to the server and its output. */
export class Session {
  readonly out: Output;
  private found: Context | undefined;
  private client: Api | undefined;

  /** `locate` finds the server, and throws `CliError` if none is configured. */
  constructor(
    readonly io: Io,
    private readonly options: CommonOptions,
    private readonly locate: () => Context,
  ) {
    this.out = new Output(io, options.output);
  }

  /** The reason given by the user; null: none. */
  get reason(): string | null {
    return this.options.reason ?? null;
  }

  /** The context, found at the first access. Throws `CliError` if none is configured. */
  get context(): Context {
    return (this.found ??= this.locate());
  }

  /** Client of the context's server. Throws like `context`. */
  get api(): Api {
    return (this.client ??= this.at(this.context));
  }

  /** Client of a server without a context. */
  at({ url, credential }: Pick<Context, 'url' | 'credential'>): Api {
    const { fetch, sleep, signal } = this.io;
    if (isOpen(url)) this.out.note(`warning: the token is sent to ${new URL(url).host} unencrypted (http)`);
    return new Api({ fetch, sleep, signal, url, credential });
  }
}

const isOpen = (url: string): boolean => url.startsWith('http:') && !isLoopback(url);
