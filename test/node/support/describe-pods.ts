import { countStatements, type ObservedPod } from './observe-pods.ts';
import type { SeenContainer } from './seen-pod.ts';

const HEAD = `# What a real node shows

Written by the tests from what they saw; do not edit. Repeat it, as root, with Go, with

\`\`\`
MOUNT_HINTS_NODE_RECORD=1 npm run test:node
\`\`\`

A Kubernetes node on one machine: an API server, kubelet, containerd with gVisor's shim, and runsc
([end-to-end.md](end-to-end.md#a-kubernetes-node)). Pods are created through the API; "by the API server's policy" are
those whose hints the API server writes itself, with the policy that \`mount-hints policy\` prints.

Each table has one line for each mount of a running container: its line in \`/proc/mounts\` inside, the size that
\`df -P -k\` gives there, and the files that are in it after each container has written \`from-NAME\` and the host
\`late-from-host\`. "On the host" is \`ls -a\` of the volume's directory below kubelet's. Sockets and inotify are tried
between the first two containers that can write. A tmpfs of 64 MiB or less is written to until it is full. What \`explain\` says of the manifest, and of the bundles, is compared
with all of this.`;

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

function files(names: readonly string[]): string {
  const own = names.filter((name) => !['.', '..'].includes(name));
  return own.length === 0
    ? 'none'
    : own.map((name) => `\`${name.replace(/^(\.gvisor\.filestore\.).*/, '$1…')}\``).join(', ');
}

function mountRows({ name, mounts }: SeenContainer): string[] {
  return mounts.map(({ destination, fileSystem, isReadOnly, df, holds, names }) => {
    const kib = /^\S+\s+(\d+)/.exec(df)?.[1] ?? '?';
    const full = holds === undefined ? '' : `, full at ${holds / 1024}`;
    const limit = Number(kib) > 2 ** 50 ? 'unlimited' : `${kib} KiB${full}`;
    const size = fileSystem === 'tmpfs' ? limit : 'the host’s';
    const mounted = `${fileSystem} ${isReadOnly ? 'ro' : 'rw'}`;
    return `| ${name} | \`${destination}\` | ${mounted} | ${size} | ${cell(files(names))} |`;
  });
}

/** kubelet's words without what differs from run to run. */
function neutral(message: string): string {
  return message
    .replaceAll(/[0-9a-f]{64}/g, 'ID')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UID')
    .replaceAll(/back-off \S+ restarting/g, 'back-off restarting');
}

function hintsOf(pod: ObservedPod): string {
  const entries = Object.entries(pod.seen.pod.metadata.annotations ?? {}).filter(([key]) =>
    key.startsWith('dev.gvisor.'),
  );
  return entries.length === 0
    ? 'No hints.'
    : `\`\`\`\n${entries.map(([key, value]) => `${key}: ${value}`).join('\n')}\n\`\`\``;
}

const WRITERS = {
  policy: "by the API server's policy",
  annotate: 'by `mount-hints annotate`',
  hand: 'by hand',
} as const;

function section(pod: ObservedPod): string {
  const { scenario, seen, compared, codes } = pod;
  const refused = seen.containers.filter(({ fate }) => fate === 'refused');
  const ended = seen.containers.filter(({ fate }) => fate === 'ended').map(({ name }) => `\`${name}\``);
  const rows = seen.containers.flatMap(mountRows);
  const table = ['| container | mount | inside | size | files |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  );
  const host = [...seen.host].map(([place, names]) => `\`${place}\`: ${files(names)}`);
  const pairs = seen.pairs.map(
    ({ place, containers, socket, inotify }) =>
      `\`${place}\` between ${containers.join(' and ')}: socket ${socket === 'hello' ? 'connects' : 'refused'}, ${
        inotify.startsWith('event') ? 'inotify event' : 'no inotify event'
      }`,
  );
  const count = compared.manifest.length + compared.bundles.length;
  const { rewrite: _, ...differences } = scenario.differs ?? {};
  const differs = Object.entries(differences).map(([what, why]) => `${what}: ${why}`);
  return [
    `## ${scenario.title}`,
    `Pod \`${scenario.name}\`, hints ${WRITERS[scenario.hintedBy]}:`,
    hintsOf(pod),
    ...(codes.length > 0
      ? [`\`check\`: ${[...new Set(codes)].map((code) => `\`${code}\``).join(', ')}.`]
      : []),
    ...(seen.sandboxRefused === undefined
      ? []
      : [`The sandbox does not start:\n\n\`\`\`\n${neutral(seen.sandboxRefused)}\n\`\`\``]),
    ...(ended.length > 0 ? [`Ended: ${ended.join(', ')}.`] : []),
    ...refused.map(
      ({ name, message }) => `\`${name}\` does not start:\n\n\`\`\`\n${neutral(message)}\n\`\`\``,
    ),
    ...(rows.length > 0 ? [table] : []),
    ...(rows.length > 0 && host.length > 0 ? [`On the host: ${host.join('; ')}.`] : []),
    ...(pairs.length > 0 ? [`${pairs.join('; ')}.`] : []),
    ...(scenario.restarts === undefined
      ? []
      : [
          `After \`kill -9\` of \`${scenario.restarts}\`, and its restart: ${compared.bundles
            .filter(({ what }) => what.includes('after a restart'))
            .map(
              ({ what, sees }) =>
                `\`${what.replace(/^.*?:| is kept.*/g, '')}\` ${sees === 'yes' ? 'kept' : 'lost'}`,
            )
            .join(', ')}.`,
        ]),
    differs.length > 0
      ? `\`explain\` says the same but for this: ${differs.join('; ')}.`
      : `\`explain\` says the same (${count} statements).`,
  ].join('\n\n');
}

/** docs/node-observations.md, from what was seen. */
export function describePods(pods: readonly ObservedPod[], versions: readonly string[]): string {
  const day = new Date().toISOString().slice(0, 10);
  const rewritten = pods.reduce((sum, pod) => sum + pod.rewritten, 0);
  const counted = `${day}: ${pods.length} pods, ${countStatements(pods)} statements of \`explain\` compared; ${rewritten} bundles that our
rewrite makes from containerd's specs as gVisor's shim did, but for \`dev.gvisor.spec.cgroup-parent\`
([parity.md](parity.md)).`;
  return `${[HEAD, `\`\`\`\n${versions.join('\n')}\n\`\`\``, counted, ...pods.map(section)].join('\n\n')}\n`;
}
