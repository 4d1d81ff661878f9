import type { OwnerTool } from '@alloy/release';
import type { Deployment } from '../json';
import { managedFieldsOf } from '../managed-fields';
import { isTemplateForeign } from '../template-owners';

/** How a tool marks its objects, and its field managers. Flux first: it marks what it installs by Helm for both. */
const tools: ReadonlyArray<{ readonly tool: OwnerTool; readonly mark: RegExp; readonly manager: RegExp }> = [
  { tool: 'flux', mark: /^(kustomize|helm)\.toolkit\.fluxcd\.io\//, manager: /^(kustomize-controller|helm-controller|flux)/ },
  { tool: 'argocd', mark: /^argocd\.argoproj\.io\//, manager: /^argocd/ },
  { tool: 'helm', mark: /^meta\.helm\.sh\//, manager: /^helm$/i },
];

/**
 * The tool that has written to the Deployment's pod template since Alloy's last apply, or before Alloy adopts it, and
 * that will write its own manifest again. Undefined: there is none. So a tool that leaves the Deployment to Alloy is
 * reported once.
 */
export function ownerToolOf(web: Deployment): OwnerTool | undefined {
  if (!isTemplateForeign(web)) return undefined;
  const { labels, annotations } = web.metadata;
  const marks = [...Object.keys(labels ?? {}), ...Object.keys(annotations ?? {})];
  const managers = managedFieldsOf(web).map(({ manager }) => manager);
  return tools.find(({ mark, manager }) => marks.some((key) => mark.test(key)) || managers.some((name) => manager.test(name)))?.tool;
}
