import { Api } from './api/client';
import { isLoopback } from './config/loopback';
import type { Context } from './config/context';
import type { Io } from './io';
import { Output, type Format } from './output/output';

/** What every verb takes besides its own. */
export interface CommonOptions {
  readonly context?: string;
  readonly output?: Format;
  readonly reason?: string;
}

/** What a verb works with. */
export class Session {
  readonly out: Output;
  private found: Context | undefined;
  private client: Api | undefined;

  /** `locate` says which Alloy is meant, and throws `CliError` if none is found. */
  constructor(
    readonly io: Io,
    private readonly options: CommonOptions,
    private readonly locate: () => Context,
  ) {
    this.out = new Output(io, options.output);
  }

  /** Why, in the caller's words; null: not said. */
  get reason(): string | null {
    return this.options.reason ?? null;
  }

  /** Which Alloy is meant, looked for at the first call. Throws `CliError` if none is found. */
  get context(): Context {
    return (this.found ??= this.locate());
  }

  /** The Alloy that is meant; nothing is asked of it yet. Throws as `context`. */
  get api(): Api {
    return (this.client ??= this.at(this.context));
  }

  /** An Alloy of which no context tells. */
  at({ url, credential }: Pick<Context, 'url' | 'credential'>): Api {
    const { fetch, sleep, signal } = this.io;
    if (isOpen(url)) this.out.note(`warning: the token goes to ${new URL(url).host} by plain http, where everybody on the way can read it`);
    return new Api({ fetch, sleep, signal, url, credential });
  }
}

const isOpen = (url: string): boolean => url.startsWith('http:') && !isLoopback(url);
