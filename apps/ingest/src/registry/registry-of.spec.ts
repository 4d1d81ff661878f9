import { manifestUrl } from './registry-of';

it.each([
  ['nginx', 'https://registry-1.docker.io/v2/library/nginx/manifests/v1'],
  ['grafana/grafana', 'https://registry-1.docker.io/v2/grafana/grafana/manifests/v1'],
  ['docker.io/nginx', 'https://registry-1.docker.io/v2/library/nginx/manifests/v1'],
  ['ghcr.io/owner/image', 'https://ghcr.io/v2/owner/image/manifests/v1'],
  ['r.example:5000/shop/web', 'https://r.example:5000/v2/shop/web/manifests/v1'],
  ['localhost:5000/web', 'http://localhost:5000/v2/web/manifests/v1'],
  ['127.0.0.1:5000/web', 'http://127.0.0.1:5000/v2/web/manifests/v1'],
])('%s is at %s', (repository, url) => expect(manifestUrl(repository, 'v1').href).toBe(url));
