/**
 * A port whose implementation is loaded when one of the named methods is called, so that a service without such calls
 * does not load TypeORM. `load` is called each time.
 */
export function deferred<P extends object, K extends keyof P & string>(load: () => Promise<P>, methods: readonly K[]): Pick<P, K> {
  const call = (name: K) => async (...args: unknown[]): Promise<unknown> => {
    const { [name]: method } = await load();
    return (method as (...args: unknown[]) => unknown)(...args);
  };
  return Object.fromEntries(methods.map((name) => [name, call(name)])) as unknown as Pick<P, K>;
}
