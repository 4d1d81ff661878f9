import { failsWithoutTls, httpsPolicies, isReadOverTls } from '../../support/https-pages';
import { needsPods } from '../support/control-plane';
import { sideBySide } from './support/side-by-side';
import { withStage } from './support/stage';

const stage = withStage(httpsPolicies);

needsPods('metrics pages over TLS on a real API server', () => {
  sideBySide({
    'a canary is judged by the requests on a metrics page that is served over TLS only': async () => {
      await isReadOverTls(stage().play('tls').shop);
      await stage().prove('tls');
    },
    'a canary does not pass if its metrics port is declared as TLS and does not speak TLS': async () => {
      await failsWithoutTls(stage().play('no-tls').shop);
      await stage().prove('no-tls');
    },
  });
});
