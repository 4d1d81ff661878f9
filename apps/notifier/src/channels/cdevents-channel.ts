import type { RouteOf } from '@alloy/policy';
import type { HttpClient } from '../http/http-client';
import { judgeAnswer } from '../http/judge-answer';
import type { Notification } from '../notification';
import type { Channel } from './channel';
import { imagePurl } from './image-purl';

/** CDEvents 0.5.1 in CloudEvents 1.0, structured: what runs where, after a promotion and after a rollback. */
export const cdeventsChannel = (http: HttpClient, installation: string): Channel<RouteOf<'cdevents'>> => ({
  says: ['promoted', 'rolledBack'],
  async send({ notification, key, route, secret }) {
    const body = JSON.stringify(cloudEvent(notification, key, installation));
    judgeAnswer(await http.post(await secret(route.urlSecret), body, { 'content-type': 'application/cloudevents+json' }), { disable: [410] });
  },
});

export function cloudEvent(told: Notification, key: string, installation: string): object {
  const data = cdEvent(told, key, `/alloy/${installation}`);
  const { id, source, type, timestamp } = data.context;
  return { specversion: '1.0', id, source, type, time: timestamp, subject: data.subject.id, datacontenttype: 'application/json', data };
}

function cdEvent(told: Notification, key: string, source: string) {
  const back = told.what === 'rolledBack';
  const predicate = back ? 'rolledback' : told.stable === null ? 'deployed' : 'upgraded';
  return {
    context: { specversion: '0.5.1', id: key, source, type: `dev.cdevents.service.${predicate}.0.3.0`, timestamp: told.at },
    subject: {
      id: `service/${told.service}`, source,
      // After a rollback it is the stable version that runs.
      content: { environment: { id: told.environment, source }, artifactId: imagePurl(back && told.stable ? told.stable.image : told.image) },
    },
    customData: { release: told.releaseId, version: told.version, status: told.status, durationSeconds: told.durationSeconds, author: told.author, commit: told.commit, reason: told.reason, link: told.link },
    customDataContentType: 'application/json',
  };
}
