import type { RouteOf } from '@alloy/policy';
import type { HttpClient } from '../../http/http-client';
import { judgeAnswer } from '../../http/judge-answer';
import type { Channel } from '../channel';
import { teamsMessage } from './teams-message';

/** Microsoft Teams by a Workflows URL. */
export const teamsChannel = (http: HttpClient): Channel<RouteOf<'teams'>> => ({
  async send({ notification, headline, route, secret }) {
    const answer = await http.post(await secret(route.urlSecret), JSON.stringify(teamsMessage(notification, headline)));
    judgeAnswer(answer, { giveUp: [400, 413], disable: [401, 403, 404, 410] });
  },
});
