import { readSpecDocument } from '../../../src/adapters/files/spec-document.ts';
import { spliceEdits } from '../../../src/adapters/files/splice-edits.ts';
import type { Facts } from '../../../src/domain/rewrite/facts.ts';
import { requiredFacts, rewrite } from '../../../src/domain/rewrite/rewrite.ts';
import type { Edit } from '../../../src/domain/spec/edits.ts';
import type { OciSpec } from '../../../src/domain/spec/oci-spec.ts';

/** A host that has an answer to everything, the same for the same question. */
function answer(spec: OciSpec, release: string): Facts {
  const facts = {
    directories: new Map<string, readonly string[]>(),
    unreadable: [],
    empty: new Map<string, boolean>(),
    tmpfsSizes: new Map<string, bigint | undefined>(),
  };
  for (;;) {
    const wanted = requiredFacts(spec, release, facts);
    if (wanted.length === 0) return facts;
    for (const each of wanted) {
      if (each.kind === 'empty') facts.empty.set(each.directory, each.directory.length % 2 === 0);
      else if (each.kind === 'tmpfs-size')
        facts.tmpfsSizes.set(each.path, each.path.length % 2 === 0 ? 65_536n : undefined);
      else {
        for (const name of each.names) {
          const plugin = name.length % 2 === 0 ? 'kubernetes.io~configmap' : 'kubernetes.io~empty-dir';
          facts.directories.set(name, [`/var/lib/kubelet/pods/${each.podUid}/volumes/${plugin}/${name}`]);
        }
      }
    }
  }
}

export interface RewrittenText {
  readonly spec: OciSpec;
  readonly edits: readonly Edit[];
  readonly bytes: Buffer;
}

/**
 * Bytes in, bytes out: the text editor and the rewrite without a file.
 *
 * @throws MountHintsError
 */
export function rewriteText(bytes: Buffer, release: string): RewrittenText {
  const document = readSpecDocument('input', bytes);
  const { edits } = rewrite(document.part, release, answer(document.part, release));
  return { spec: document.spec(), edits, bytes: spliceEdits(document, edits) };
}
