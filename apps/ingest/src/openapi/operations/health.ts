import { health, liveness, readiness } from '../answers/operation';
import type { Operation } from '../operation';

/** The routes without a token that describe the service. */
export const healthOperations: Readonly<Record<string, Operation>> = {
  'GET /health': {
    needs: 'nothing', tag: 'health', summary: 'Whether releases are accepted',
    answer: [200, 'Releases are accepted.', health],
    unavailable: 'Releases are not accepted: the unavailable parts.',
  },
  'GET /livez': {
    needs: 'nothing', tag: 'health', summary: 'Whether the process is alive',
    answer: [200, 'The process is alive.', liveness],
  },
  'GET /readyz': {
    needs: 'nothing',
    tag: 'health',
    summary: 'Whether all required parts are available',
    answer: [200, 'All parts are available.', readiness],
    unavailable: 'The unavailable parts, or that the service is stopping.',
  },
  'GET /metrics': {
    needs: 'nothing', tag: 'health', summary: 'Metrics for Prometheus',
    answer: [200, 'Metrics.'],
    produces: ['text/plain'],
  },
  'GET /openapi.json': { needs: 'nothing', tag: 'health', summary: 'This description', answer: [200, 'OpenAPI 3.1.'] },
  'GET /docs': {
    needs: 'nothing', tag: 'health', summary: 'This description as a page',
    answer: [200, 'A page.'],
    produces: ['text/html'],
  },
};
