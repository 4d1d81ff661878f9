import type { RouteOf } from '@alloy/policy';
import type { HttpClient } from '../http/http-client';
import { judgeAnswer } from '../http/judge-answer';
import type { Notification } from '../notification';
import type { Channel } from './channel';
import { imagePurl } from './image-purl';

/**
 * CDEvents 0.5.1 in structured CloudEvents 1.0: the version that runs in an environment, after a promotion and after a
 * rollback.
 */
export const cdeventsChannel = (http: HttpClient, installation: string): Channel<RouteOf<'cdevents'>> => ({
  supports: ['promoted', 'rolledBack'],
  async send({ notification, key, route, secret }) {
    const body = JSON.stringify(cloudEvent(notification, key, installation));
    judgeAnswer(await http.post(await secret(route.urlSecret), body, { 'content-type': 'application/cloudevents+json' }), {
      disable: [410],
    });
  },
});

export function cloudEvent(notification: Notification, key: string, installation: string): object {
  const data = cdEvent(notification, key, `/alloy/${installation}`);
  const { id, source, type, timestamp } = data.context;
  return { specversion: '1.0', id, source, type, time: timestamp, subject: data.subject.id, datacontenttype: 'application/json', data };
}

function cdEvent(notification: Notification, key: string, source: string) {
  const back = notification.what === 'rolledBack';
  const predicate = back ? 'rolledback' : notification.stable === null ? 'deployed' : 'upgraded';
  return {
    context: { specversion: '0.5.1', id: key, source, type: `dev.cdevents.service.${predicate}.0.3.0`, timestamp: notification.at },
    subject: {
      id: `service/${notification.service}`,
      source,
      // After a rollback the stable version runs.
      content: {
        environment: { id: notification.environment, source },
        artifactId: imagePurl(back && notification.stable ? notification.stable.image : notification.image),
      },
    },
    customData: {
      release: notification.releaseId, version: notification.version, status: notification.status,
      durationSeconds: notification.durationSeconds, author: notification.author, commit: notification.commit,
      reason: notification.reason, link: notification.link,
    },
    customDataContentType: 'application/json',
  };
}
