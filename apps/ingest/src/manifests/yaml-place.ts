/** A position in a file as it was posted (decoded). */
export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1, in characters; a tab is one. */
  readonly column: number;
  /**
   * The line with its number, and a caret under the position. Shows only indentation, dashes and a key that is a name
   * of Kubernetes' own fields; everything else may be part of a secret, and is shown as `…`.
   */
  readonly excerpt: string;
}

const BREAK = /\r\n|\n|\r/g;
const HIDDEN = '…';

/** Fields of Kubernetes that an excerpt shows. No word that a user chooses. */
const PUBLIC: ReadonlySet<string> = new Set(
  (
    'apiVersion kind metadata name namespace labels annotations spec data stringData binaryData type immutable items ' +
    'replicas selector matchLabels matchExpressions template strategy rollingUpdate maxSurge maxUnavailable paused ' +
    'containers initContainers image imagePullPolicy imagePullSecrets command args env envFrom value valueFrom ' +
    'configMapKeyRef secretKeyRef fieldRef configMapRef secretRef key optional ports containerPort hostPort protocol port ' +
    'targetPort nodePort resources limits requests cpu memory livenessProbe readinessProbe startupProbe httpGet tcpSocket ' +
    'exec grpc path host scheme initialDelaySeconds periodSeconds timeoutSeconds failureThreshold successThreshold ' +
    'volumeMounts mountPath subPath readOnly volumes configMap secret secretName emptyDir persistentVolumeClaim claimName ' +
    'defaultMode securityContext runAsUser runAsNonRoot runAsGroup fsGroup capabilities add drop privileged ' +
    'serviceAccountName nodeSelector tolerations affinity lifecycle preStop postStart terminationGracePeriodSeconds ' +
    'minReadySeconds progressDeadlineSeconds revisionHistoryLimit restartPolicy rules http paths pathType backend service ' +
    'number tls hosts ingressClassName scaleTargetRef minReplicas maxReplicas metrics minAvailable'
  ).split(' '),
);
const LINE = /^([ \t]*(?:-[ \t]+)*)(?:([A-Za-z]+)(?=[ \t]*:(?:[ \t]|$)))?/;

/** The place of `offset` in `text`. */
export function placeAt(text: string, offset: number): Place {
  const line = 1 + (text.slice(0, offset).match(BREAK)?.length ?? 0);
  const start = lineStart(text, offset);
  const end = start + text.slice(start).search(/[\r\n]|$/);
  const before = text.slice(start, Math.min(offset, end));
  return { line, column: [...before].length + 1, excerpt: excerptOf(line, text.slice(start, end), before.length) };
}

/** The start of the line with `offset`. */
export const lineStart = (text: string, offset: number): number =>
  Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;

function excerptOf(line: number, text: string, index: number): string {
  const [, indentation = '', word = ''] = LINE.exec(text) ?? [];
  const key = PUBLIC.has(word) ? `${word}:` : '';
  const shown = indentation.replaceAll('\t', '→') + key;
  const rest = text.slice(shown.length).trim() === '' ? '' : `${key === '' ? '' : ' '}${HIDDEN}`;
  const number = `${line} | `;
  const caret = Math.min(index, shown.length + Math.max(rest.length - 1, 0));
  return `${number}${shown}${rest}\n${' '.repeat(number.length - 2)}| ${' '.repeat(caret)}^`;
}
