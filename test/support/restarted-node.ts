import type { NodeTree } from './node-tree.ts';

export const K3S = '/var/lib/rancher/k3s/agent/etc/containerd';
export const RKE2 = '/var/lib/rancher/rke2/agent/etc/containerd';
export const MICROK8S = '/var/snap/microk8s/current/args';

/** Distributions' files: what they make at start, and from what. */
const RENDERED: readonly (readonly [string, readonly string[]])[] = [
  [`${K3S}/config.toml`, [`${K3S}/config-v3.toml.tmpl`, `${K3S}/config.toml.tmpl`]],
  [`${RKE2}/config.toml`, [`${RKE2}/config-v3.toml.tmpl`, `${RKE2}/config.toml.tmpl`]],
  [`${MICROK8S}/containerd.toml`, [`${MICROK8S}/containerd-template.toml`]],
];

/** The node after a restart, which makes the files from their templates anew. */
export function restarted(tree: NodeTree): NodeTree {
  const rendered = RENDERED.flatMap(([config, templates]) => {
    const template = templates.find((path) => typeof tree[path] === 'string');
    if (template === undefined) return [];
    const text = String(tree[template]).replace(/^.*\{\{.*$/gm, '');
    const version = /^version/m.test(text) ? '' : `version = ${template.includes('-v3.') ? 3 : 2}\n`;
    return [[config, `${version}${text}`]];
  });
  return { ...tree, ...Object.fromEntries(rendered) };
}
