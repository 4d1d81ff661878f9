import { DOCUMENT_VERSION, PROJECT_SCHEMA_PATH } from '@alloy/policy';
import { stringify } from 'yaml';

/** The line by which editors find the schema, on the Alloy at this address. */
export const schemaHeader = (url: string): string => `# yaml-language-server: $schema=${url.replace(/\/+$/, '')}/${PROJECT_SCHEMA_PATH}`;

export interface NewProjectFile {
  readonly name: string;
  readonly environment: string;
  readonly namespace: string;
  /** Image repositories of the released workload; empty: unknown. Of several, each is proposed in a comment. */
  readonly images: readonly string[];
  /** Other image repositories of the manifests. */
  readonly otherImages: readonly string[];
  /** Address of the Alloy that serves the schema. */
  readonly url: string;
}

/** A project file to begin with: what must be decided, and the main keys as comments with their defaults. */
export const projectFile = ({ name, environment, namespace, images, otherImages, url }: NewProjectFile): string => `${schemaHeader(url)}
apiVersion: ${DOCUMENT_VERSION}
kind: Project
metadata:
  name: ${scalar(name)}
spec:
  environments:
    ${scalar(environment)}:
      # Where the project releases; only an administrator of all projects may change it.
      namespace: ${scalar(namespace)}
      # The image whose tag a release replaces; needed if the pods have more than one container.
      ${imageLines(images).join('\n      ')}
      # Further images that get the tag of a release. Unset: those in the same place with the same tag, or with none.
      # images: [${(otherImages.length > 0 ? otherImages : ['registry.example.com/shop/worker']).map(scalar).join(', ')}]
      # The canary's part of the traffic in percent, and the seconds for which each part is observed. These are the defaults.
      # stages:
      #   - { weight: 17, duration: 180 }
      #   - { weight: 50, duration: 180 }
      #   - { weight: 83, duration: 120 }
      # Steps in place of stages have pauses, also until a user promotes: [{ setWeight: 20 }, { pause: {} }, { setWeight: 50 }].
      # Seconds without a newly ready pod after which a release has failed.
      # progressDeadline: 600
      # A release that is requested while another one runs: latestOnly, queue, supersede or reject.
      # whenBusy: latestOnly
      # How a canary is judged: auto, metrics (counts of requests and errors) or health.
      # analysis:
      #   mode: auto
      #   maxErrorRate: 0.01
`;

const imageLines = (images: readonly string[]): readonly string[] =>
  images.length === 1
    ? [`image: ${scalar(images[0]!)}`]
    : (images.length > 0 ? images : ['registry.example.com/shop/web']).map((image) => `# image: ${scalar(image)}`);

/** A name in one line of YAML: quoted if it would be read as something else, such as `null` or `1.0`. */
const scalar = (text: string): string => stringify(text).trimEnd();
