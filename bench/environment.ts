import { spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os';

const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  61267: 'ext4',
  16914836: 'tmpfs',
  1481003842: 'xfs',
  2435016766: 'btrfs',
  2035054128: 'overlayfs',
};

function fileSystem(path: string): string {
  const magic = statfsSync(path).type;
  return FILE_SYSTEMS[magic] ?? `file system 0x${magic.toString(16)}`;
}

/** What the figures were measured on, as names and values; nothing that names the machine itself. */
export function environment(): readonly (readonly [string, string])[] {
  const processors = cpus();
  const jq = spawnSync('jq', ['--version'], { encoding: 'utf8' });
  return [
    ['Node', `${process.version} (V8 ${process.versions.v8})`],
    ['Processor', `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}, ${process.arch}`],
    ['Memory', `${Math.round(totalmem() / 2 ** 30)} GiB`],
    ['System', `${type()} ${release().split('-')[0]}`],
    ['Files on', fileSystem(tmpdir())],
    ['jq', jq.status === 0 ? jq.stdout.trim() : 'absent'],
    ['Load', `${loadavg()[0]?.toFixed(1)} in the last minute`],
  ];
}
