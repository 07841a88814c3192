import { MountHintsError } from '../mount-hints-error.ts';
import { type Annotations, roleOf, sandboxIdOf } from '../spec/identity.ts';

/** A bundle that was not rewritten, and by which error. */
interface FailedBundle {
  readonly path: string;
  readonly code: string;
}

/** Whether a container's bundle may be rewritten: `wait` until its sandbox has been tried. */
export type Standing = 'go' | 'wait';

/**
 * What became of the sandboxes of one run over several bundles, so that no container is rewritten whose sandbox could
 * not be. runsc takes the hints from the sandbox's spec: without their sources it ignores them, and a rewritten
 * container then has private memory where its pod shares a volume.
 *
 * Source: gVisor `runsc/boot/mount_hints.go` (NewPodMountHints); containerd creates no container of a sandbox that
 * failed.
 */
export class SandboxOutcomes {
  readonly #rewritten = new Set<string>();
  readonly #failed = new Map<string, FailedBundle>();
  /** Bundles that could not be read, so that only their directory's name tells whose they are. */
  readonly #unread: FailedBundle[] = [];

  /** A bundle that was rewritten, or needed no change. */
  rewritten(annotations: Annotations): void {
    const id = sandboxIdOf(annotations);
    if (id !== undefined && roleOf(annotations) === 'sandbox') this.#rewritten.add(id);
  }

  /** @param annotations those of its spec; absent if that could not be read. */
  failed(bundle: FailedBundle, annotations: Annotations | undefined): void {
    if (annotations === undefined) this.#unread.push(bundle);
    else {
      const id = sandboxIdOf(annotations);
      if (id !== undefined && roleOf(annotations) === 'sandbox') this.#failed.set(id, bundle);
    }
  }

  /** The id of the sandbox of a container's spec, unless the run has rewritten that. */
  openSandboxOf(annotations: Annotations): string | undefined {
    const id = roleOf(annotations) === 'container' ? sandboxIdOf(annotations) : undefined;
    return id === undefined || this.#rewritten.has(id) ? undefined : id;
  }

  /**
   * @param path of the container's bundle, for the error.
   * @param isLast whether every sandbox of the run has been tried: one that is not among them is its caller's affair.
   * @throws MH_SANDBOX_NOT_REWRITTEN if its sandbox was tried and failed.
   */
  standingOf(path: string, annotations: Annotations, isLast: boolean): Standing {
    const id = this.openSandboxOf(annotations);
    if (id === undefined) return 'go';
    const failed =
      this.#failed.get(id) ??
      (isLast ? this.#unread.find((each) => bundleNameOf(each.path) === id) : undefined);
    if (failed) throw sandboxNotRewritten(path, id, failed);
    return isLast ? 'go' : 'wait';
  }
}

/** The name of a bundle's directory: engines name a sandbox's after its id; Podman's bundle is `userdata` within it. */
function bundleNameOf(path: string): string | undefined {
  return path
    .replace(/\/+$/, '')
    .replace(/\/config\.json$/, '')
    .replace(/\/userdata$/, '')
    .split('/')
    .pop();
}

function sandboxNotRewritten(path: string, sandboxId: string, { path: sandbox, code }: FailedBundle) {
  return new MountHintsError(
    'MH_SANDBOX_NOT_REWRITTEN',
    `${path} is left as it was, because the rewrite of its sandbox, ${sandbox}, failed (${code}). Rewritten alone, it would have private memory where its pod shares a volume. Mend the sandbox's bundle, then update both.`,
    { path, sandbox, sandboxId, sandboxCode: code },
  );
}
