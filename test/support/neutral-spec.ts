/** What of a captured spec belongs to the machine that it was captured on. */
export interface CapturedOn {
  /** containerd's `state` and `root` directories, and kubelet's `--root-dir`. */
  readonly state: string;
  readonly root: string;
  readonly kubeletDir: string;
  readonly hostname: string;
  /** The ids of the sandbox and its containers, in the order of their names in the fixture. */
  readonly ids: readonly string[];
}

/** The text of a captured `config.json` with the usual directories, and with ids, pids and names that say nothing. */
export function neutralSpec(text: string, captured: CapturedOn): string {
  const renamed = [
    [captured.state, '/run/containerd'],
    [captured.root, '/var/lib/containerd'],
    [captured.kubeletDir, '/var/lib/kubelet'],
    [`HOSTNAME=${captured.hostname}`, 'HOSTNAME=node'],
    ...captured.ids.map((id, index) => [id, String(index + 1).repeat(64)]),
  ].reduce((result, [from = '', to = '']) => result.replaceAll(from, to), text);
  return renamed.replaceAll(/\/proc\/\d+\/ns\//g, '/proc/4242/ns/');
}
