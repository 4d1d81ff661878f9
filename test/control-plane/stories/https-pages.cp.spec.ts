import { failsWithoutTls, httpsPolicies, isReadOverTls } from '../../support/https-pages';
import { needsPods } from '../support/control-plane';
import { sideBySide } from './support/side-by-side';
import { withStage } from './support/stage';

const stage = withStage(httpsPolicies);

needsPods('metrics pages over TLS on a real API server', () => {
  sideBySide({
    'a canary is judged by the requests of a page that is served over TLS only': async () => {
      await isReadOverTls(stage().play('tls').shop);
      await stage().prove('tls');
    },
    'a port that promises TLS and does not speak it passes no canary': async () => {
      await failsWithoutTls(stage().play('no-tls').shop);
      await stage().prove('no-tls');
    },
  });
});
