import { parseOptions } from './options';

describe('parseOptions', () => {
  it('has defaults for everything', () => {
    expect(parseOptions([], {})).toMatchObject({
      appPort: 8080, fresh: false, cluster: undefined, databaseUrl: undefined, natsUrl: undefined,
    });
  });

  it('ignores KUBECONFIG', () => {
    expect(parseOptions([], { KUBECONFIG: __filename })).toMatchObject({ cluster: undefined });
    expect(parseOptions(['--cluster', __filename], {})).toMatchObject({ cluster: __filename });
  });

  it.each([
    [['--cluster', '/nowhere/kubeconfig'], {}, /--cluster names \/nowhere\/kubeconfig/],
    [['--fresh'], { DATABASE_URL: 'postgres://a:secret@db/x' }, /DATABASE_URL/],
    [['--frech'], {}, /--frech/],
    [[], { APP_PORT: 'eighty' }, /APP_PORT/],
    [[], { APP_PORT: '65535' }, /APP_PORT/],
    [[], { DATABASE_URL: 'mysql://a:secret@db/x' }, /DATABASE_URL/],
  ])('refuses %j with %j in one line, without values', (argv, env, message) => {
    let said = '';
    try {
      parseOptions(argv, env);
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said).toMatch(message);
    expect(said).not.toMatch(/secret|\n/);
  });
});
