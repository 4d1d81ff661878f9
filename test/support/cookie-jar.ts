/** The cookies that a user's browser keeps of one site. */
export class CookieJar {
  private readonly cookies = new Map<string, string>();

  /** The header of the next request. */
  get headers(): Readonly<Record<string, string>> {
    return this.cookies.size === 0 ? {} : { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  }

  /** Keeps what a response sets. */
  keep(setCookies: readonly string[]): void {
    for (const text of setCookies) {
      const [pair = ''] = text.split(';');
      const at = pair.indexOf('=');
      this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }
}
