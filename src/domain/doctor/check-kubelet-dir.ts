import { WRAPPER_CONFIG, type WrapperSettings } from './check-wrapper.ts';
import { finding, type NodeFinding } from './node-finding.ts';
import { KUBELET_DIRS } from './node-layouts.ts';

/** The directory whose volumes gVisor's shim knows. Source: gVisor `pkg/shim/v1/utils/volumes.go` (kubeletPodsDir). */
const HARD_CODED = KUBELET_DIRS[0];

/** A directory that may be kubelet's. */
interface KubeletDirCandidate {
  readonly path: string;
  /** Where it leads, symbolic links followed; `undefined` if it is not there. */
  readonly realPath: string | undefined;
  readonly hasPods: boolean;
}

/** What a node tells of its kubelet's directory. */
export interface KubeletFacts {
  readonly candidates: readonly KubeletDirCandidate[];
  /** `--root-dir` where an argument file has it. */
  readonly configured: { readonly file: string; readonly path: string } | undefined;
}

/** Whoever looks for volumes on this node, and what changes where it looks. */
interface Rewriter {
  readonly name: string;
  readonly dir: string;
  readonly remedy: string;
  readonly lines?: NodeFinding['lines'];
}

function withoutEndSlashes(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === '/') end--;
  return path.slice(0, end);
}

/** The value of `--root-dir` in a text of arguments: an environment file, a unit, a list in YAML. */
export function rootDirIn(text: string): string | undefined {
  const uncommented = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n');
  const path = /(?:^|["'\s=-])root-dir[=\s]\s*["']?(\/[^\s"',]+)/m.exec(uncommented)?.[1];
  return path === undefined ? undefined : withoutEndSlashes(path);
}

/** Kubelet's directory: the one it is told; else the one with pods; else one that is there. */
export function kubeletDirOf({ candidates, configured }: KubeletFacts): string | undefined {
  if (configured) return configured.path;
  const hardCoded = candidates.find(({ path }) => path === HARD_CODED);
  const elsewhere = candidates.filter(({ path, realPath }) => path !== HARD_CODED && realPath !== undefined);
  const leadsElsewhere = elsewhere.find(({ realPath }) => realPath === hardCoded?.realPath);
  if (leadsElsewhere) return leadsElsewhere.path;
  const withPods = [hardCoded, ...elsewhere].find((each) => each?.hasPods);
  return withPods?.path ?? (hardCoded?.realPath !== undefined ? HARD_CODED : elsewhere[0]?.path);
}

function shimFor(dir: string): Rewriter {
  return {
    name: "gVisor's shim",
    dir: HARD_CODED,
    remedy: `Set kubelet's --root-dir to ${HARD_CODED}, or start every gVisor runtime through this package's OCI runtime wrapper, with KUBELET_DIR=${dir} in ${WRAPPER_CONFIG}.`,
  };
}

function wrapperFor(dir: string, { kubeletDir }: WrapperSettings): Rewriter {
  const lines = { file: WRAPPER_CONFIG, text: [`KUBELET_DIR=${dir}`] };
  return {
    name: 'the OCI runtime wrapper',
    dir: withoutEndSlashes(kubeletDir ?? HARD_CODED),
    remedy: `Set KUBELET_DIR=${dir} in ${WRAPPER_CONFIG}.`,
    lines: [kubeletDir === undefined ? lines : { ...lines, below: '', replaces: ['KUBELET_DIR'] }],
  };
}

/**
 * Checks whether whoever rewrites looks for volumes where kubelet keeps them: gVisor's shim in its hard-coded
 * directory, this package's wrapper in the one of its settings. Both compare paths as texts,
 * and containerd follows a symbolic link only where the volume itself is one (`ResolveSymbolicLink`,
 * containerd `pkg/os`), so that a link at that path lets the sandbox start and still no mount match.
 *
 * @param wrapper the wrapper's settings, where it rewrites for every gVisor runtime.
 */
export function checkKubeletDir(facts: KubeletFacts, wrapper?: WrapperSettings): NodeFinding[] {
  const dir = kubeletDirOf(facts);
  if (dir === undefined) {
    return [
      finding(
        'DOCTOR_KUBELET_DIR_NOT_FOUND',
        `no kubelet directory was found (${KUBELET_DIRS.join(', ')}): this is not a node, or kubelet's root directory is set where nobody looks for it here.`,
      ),
    ];
  }
  const rewriter = wrapper ? wrapperFor(dir, wrapper) : shimFor(dir);
  if (dir === rewriter.dir) return [];
  const realPath = (path: string) => facts.candidates.find((each) => each.path === path)?.realPath;
  const { name, remedy, lines } = rewriter;
  const place = { path: facts.configured?.file ?? dir, ...(lines && { lines }) };
  if (realPath(dir) !== undefined && realPath(dir) === realPath(rewriter.dir)) {
    return [
      finding(
        'DOCTOR_KUBELET_DIR_LINKED',
        `kubelet keeps volumes in ${dir}, and ${rewriter.dir} leads there. Sandboxes with hints start, but ${name} compares paths as texts: no container's mount matches, and hints do nothing. ${remedy}`,
        place,
      ),
    ];
  }
  return [
    finding(
      'DOCTOR_KUBELET_DIR_ELSEWHERE',
      `kubelet keeps volumes in ${dir}, and ${name} looks for them in ${rewriter.dir} only: any hint makes it fail the sandbox. ${remedy}`,
      place,
    ),
  ];
}
