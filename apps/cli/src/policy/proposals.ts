import { extname } from 'node:path';
import type { KnownOfManifests, KnownService } from './known-of-manifests';

/** A project file to write. */
export interface Proposal {
  readonly file: string;
  readonly project: string;
  /** Image repositories of the released workload. Several: a user must choose the one whose tag a release replaces. */
  readonly images: readonly string[];
  /** Other image repositories of the manifests that may get the tag, too. */
  readonly otherImages: readonly string[];
  /** What the project releases; undefined: the manifests do not say. */
  readonly service?: KnownService;
}

/**
 * One project, or one for each service, since services that change on their own are released on their own. Those are
 * named after their Deployment: `shop-cart` in `shop-cart.yaml`.
 */
export function proposals(name: string, file: string, { services, images }: KnownOfManifests): readonly Proposal[] {
  const [first, ...others] = services;
  if (others.length === 0) {
    const own = first?.images ?? [];
    const otherImages = images.filter((image) => !own.includes(image) || own.length > 1);
    return [{ file, project: name, images: own, otherImages, ...(first && { service: first }) }];
  }
  const extension = extname(file);
  const stem = extension === '' ? file : file.slice(0, -extension.length);
  return services.map((service) => ({
    file: `${stem}-${service.workload}${extension}`,
    project: `${name}-${service.workload}`,
    images: service.images,
    otherImages: [],
    service,
  }));
}
