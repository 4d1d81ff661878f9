import { tokenUrl } from './challenge';

it.each([
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull"',
    'https://auth.docker.io/token?service=registry.docker.io&scope=repository%3Alibrary%2Fnginx%3Apull',
  ],
  ['bearer Realm="https://r.example/t?a=b"', 'https://r.example/t?a=b'],
])('%s leads to %s', (header, url) => expect(tokenUrl(header)?.href).toBe(url));

it.each([[undefined], ['Basic realm="https://r.example"'], ['Bearer service="r"'], ['Bearer realm="nowhere"']])(
  '%s leads to no URL',
  (header) => expect(tokenUrl(header)).toBeUndefined(),
);
