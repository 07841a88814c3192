import { checkArgument, checkFields } from '../arguments/check-arguments.ts';
import { guardArguments } from '../arguments/guard-arguments.ts';
import { MountHintsError } from '../mount-hints-error.ts';
import { annotation } from './identity.ts';
import type { OciMount, OciSpec } from './oci-spec.ts';

/** Sets one annotation; `was` is absent for a new one. Creates `annotations` where the spec has none. */
export interface SetAnnotation {
  readonly kind: 'set-annotation';
  readonly key: string;
  readonly was?: string;
  readonly value: string;
}

/** Removes an annotation, whose value is `was`. Only a rewrite for restore does that. */
export interface RemoveAnnotation {
  readonly kind: 'remove-annotation';
  readonly key: string;
  readonly was: string;
}

/** Changes a mount's type, its options, or both. `mount` counts in the list as it was before any edit. */
export interface ChangeMount {
  readonly kind: 'change-mount';
  readonly mount: number;
  readonly destination: string;
  readonly type?: { readonly was: string; readonly value: string };
  readonly options?: {
    readonly was: readonly string[];
    readonly value: readonly string[];
  };
}

/** Removes a mount. `mount` counts in the list as it was before any edit. */
interface RemoveMount {
  readonly kind: 'remove-mount';
  readonly mount: number;
  readonly destination: string;
}

/**
 * One change to a spec. A list of edits names each annotation and each mount at most once, and holds only
 * real changes: where the list is empty, the result is the input.
 *
 * Open: a later release may add members, so a `switch` needs a `default`. `applyEdits` knows them all.
 */
export type Edit = SetAnnotation | RemoveAnnotation | ChangeMount | RemoveMount;

const KINDS: readonly Edit['kind'][] = [
  'set-annotation',
  'remove-annotation',
  'change-mount',
  'remove-mount',
];

/** Refuses edits that do not fit this spec; they may name its first `mounts` mounts. */
function checkEdits(name: string, spec: OciSpec, edits: readonly Edit[], mounts: number): void {
  checkArgument(name, 'spec', spec, 'object');
  checkArgument(name, 'spec.mounts', spec.mounts ?? [], 'list');
  checkArgument(name, 'edits', edits, 'list');
  for (const edit of edits) {
    checkFields(name, 'an edit', edit, { kind: KINDS });
    if (edit.kind === 'set-annotation')
      checkFields(name, 'an edit', edit, { key: 'string', value: 'string' });
    else if (edit.kind === 'remove-annotation') checkFields(name, 'an edit', edit, { key: 'string' });
    else if (!(Number.isInteger(edit.mount) && edit.mount >= 0 && edit.mount < mounts)) {
      throw new MountHintsError(
        'MH_ARGUMENT_INVALID',
        `${name}(): an edit is of mount ${String(edit.mount)}, which the spec does not have. Give the edits of this spec.`,
        { function: name, argument: 'edits', mount: edit.mount },
      );
    }
  }
}

function changedMount(mount: OciMount, edit: ChangeMount): OciMount {
  return {
    ...mount,
    ...(edit.type && { type: edit.type.value }),
    ...(edit.options && { options: edit.options.value }),
  };
}

/**
 * The spec after the edits: a new object that shares every unedited part with `spec`, which is not
 * touched. Without edits it is `spec` itself.
 *
 * @throws MH_ARGUMENT_INVALID if the edits are not of this spec.
 */
export function applyEdits<S extends OciSpec>(spec: S, edits: readonly Edit[]): S {
  return guardArguments('applyEdits', () => {
    checkEdits('applyEdits', spec, edits, spec?.mounts?.length ?? 0);
    return edits.length === 0 ? spec : edited(spec, edits);
  });
}

function isOfAnnotation({ kind }: Edit): boolean {
  return kind === 'set-annotation' || kind === 'remove-annotation';
}

function edited<S extends OciSpec>(spec: S, edits: readonly Edit[]): S {
  const annotated = edits.some(isOfAnnotation);
  const annotations: Record<string, string> = annotated ? { ...spec.annotations } : {};
  const mounts = [...(spec.mounts ?? [])];
  const removed = new Set<number>();
  for (const edit of edits) {
    if (edit.kind === 'set-annotation') annotations[edit.key] = edit.value;
    else if (edit.kind === 'remove-annotation') delete annotations[edit.key];
    else if (edit.kind === 'change-mount') mounts[edit.mount] = changedMount(mounts[edit.mount] ?? {}, edit);
    else removed.add(edit.mount);
  }
  const mounted = edits.some((edit) => !isOfAnnotation(edit));
  return {
    ...spec,
    ...(annotated && { annotations }),
    ...(mounted && {
      mounts: mounts.filter((_, index) => !removed.has(index)),
    }),
  };
}

/** One operation of a JSON Patch (RFC 6902). */
export type JsonPatchOperation =
  | {
      readonly op: 'add' | 'replace';
      readonly path: string;
      readonly value: unknown;
    }
  | { readonly op: 'remove'; readonly path: string };

function pointer(...tokens: (string | number)[]): string {
  return tokens.map((token) => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function put(isThere: boolean, path: string, value: unknown): JsonPatchOperation {
  return { op: isThere ? 'replace' : 'add', path, value };
}

function mountPatch(spec: OciSpec, edit: ChangeMount): JsonPatchOperation[] {
  const mount = spec.mounts?.[edit.mount] ?? {};
  const operation = (field: 'type' | 'options', change: { value: unknown } | undefined) =>
    change ? [put(Object.hasOwn(mount, field), pointer('mounts', edit.mount, field), change.value)] : [];
  return [...operation('type', edit.type), ...operation('options', edit.options)];
}

/**
 * The edits as a JSON Patch (RFC 6902) for `spec`, the document that they were made for: annotations
 * first, mounts next, removals last and from the end, so that each index holds when its turn comes.
 */
export function toJsonPatch(spec: OciSpec, edits: readonly Edit[]): JsonPatchOperation[] {
  return guardArguments('toJsonPatch', () => {
    checkEdits('toJsonPatch', spec, edits, Number.MAX_SAFE_INTEGER);
    return patch(spec, edits);
  });
}

function patch(spec: OciSpec, edits: readonly Edit[]): JsonPatchOperation[] {
  const annotations = edits.filter((edit) => edit.kind === 'set-annotation');
  const changes = edits.filter((edit) => edit.kind === 'change-mount');
  const removals = edits.filter((edit) => edit.kind === 'remove-mount').sort((a, b) => b.mount - a.mount);
  const hasNone = annotations.length > 0 && !spec.annotations;
  return [
    ...(hasNone ? [put(Object.hasOwn(spec, 'annotations'), '/annotations', {})] : []),
    ...annotations.map((edit) =>
      put(
        annotation(spec.annotations ?? {}, edit.key) !== undefined,
        pointer('annotations', edit.key),
        edit.value,
      ),
    ),
    ...edits
      .filter((edit) => edit.kind === 'remove-annotation')
      .map(({ key }) => ({ op: 'remove' as const, path: pointer('annotations', key) })),
    ...changes.flatMap((edit) => mountPatch(spec, edit)),
    ...removals.map((edit) => ({
      op: 'remove' as const,
      path: pointer('mounts', edit.mount),
    })),
  ];
}
