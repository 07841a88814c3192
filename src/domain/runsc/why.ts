import { checkArgument } from '../arguments/check-arguments.ts';
import { guardArguments } from '../arguments/guard-arguments.ts';
import type { FileAccess, Hint } from './read-hints.ts';
import type { Serving } from './serving-table.ts';

/**
 * One reason for what a mount becomes; in order they lead to the answer.
 *
 * Open: a later release may add members, so a `switch` needs a `default`.
 */
export type Why =
  | {
      readonly kind: 'hint';
      readonly name: string;
      readonly type: Hint['type'];
      readonly share: Hint['share'];
      readonly options: readonly string[];
    }
  | { readonly kind: 'no-hint' }
  | { readonly kind: 'mount'; readonly as: 'bind' | 'tmpfs'; readonly type: string }
  /** The rewrite changed the mount's type, the hint's, or both. */
  | { readonly kind: 'rewritten-mount'; readonly was: string; readonly now: string }
  | { readonly kind: 'rewritten-hint'; readonly was: string; readonly now: string }
  | { readonly kind: 'holds-data' }
  | { readonly kind: 'force-shared' }
  | { readonly kind: 'file-system'; readonly type: string }
  | { readonly kind: 'not-a-directory'; readonly source: string }
  | { readonly kind: 'on-host-tmpfs'; readonly source: string }
  | { readonly kind: 'bind-option-in-hint'; readonly option: string }
  | { readonly kind: 'overlay2'; readonly value: string }
  | { readonly kind: 'file-access'; readonly access: FileAccess }
  /** Another mount of the volume made the shared master, of the other kind. */
  | { readonly kind: 'first-mounter'; readonly container: string; readonly destination: string }
  /** runsc mounted a tmpfs of its own over `/tmp`. */
  | { readonly kind: 'own-tmp' }
  | { readonly kind: 'becomes'; readonly serving: Serving }
  /** The mount is of a hinted volume, and of a type that a shared master cannot have: it comes to nothing. */
  | { readonly kind: 'not-shared' }
  /** Another mount of the container, by its destination, lies over this one. */
  | { readonly kind: 'hidden'; readonly by: string };

const SERVINGS: { readonly [S in Serving]: string } = {
  gofer: 'the host directory itself',
  overlay: 'a private layer of writes over the host directory',
  'private-memory': 'a tmpfs in memory for this mount alone',
  'shared-memory': 'one tmpfs in memory for all mounts of the volume',
  'shared-file': 'one tmpfs in a file on disk for all mounts of the volume',
  'private-file': 'a tmpfs in a file for this mount alone',
  special: "a file system of the sandbox's own",
  ignored: 'nothing: runsc passes over it',
};

type Describe = { readonly [K in Why['kind']]: (why: Extract<Why, { kind: K }>) => string };

const describe: Describe = {
  hint: (w) => `hint ${w.name}: ${w.type}, share ${w.share}`,
  'no-hint': () => 'no hint',
  mount: (w) => (w.as === w.type ? `${w.as} mount` : `${w.as} mount (type ${JSON.stringify(w.type)})`),
  'rewritten-mount': (w) => `was ${w.was || 'without type'}`,
  'rewritten-hint': (w) => `written as ${w.was || 'nothing'}`,
  'holds-data': () => 'left as it is, for the emptyDir held data by then',
  'force-shared': () => 'force-shared',
  'file-system': (w) => `type ${JSON.stringify(w.type)}`,
  'not-a-directory': (w) => `${w.source} is not a directory`,
  'on-host-tmpfs': (w) => `${w.source} is on a host tmpfs`,
  'bind-option-in-hint': (w) => `option ${w.option} in the hint`,
  overlay2: (w) => `--overlay2=${w.value}`,
  'file-access': (w) => `--file-access-mounts=${w.access}`,
  'first-mounter': (w) => `made by ${w.container}'s mount ${w.destination}`,
  'own-tmp': () => "runsc's own tmpfs lies over it, because its place is not exactly /tmp",
  becomes: (w) => SERVINGS[w.serving],
  'not-shared': () => 'nothing: runsc makes no shared tmpfs of this type, and its container does not start',
  hidden: (w) => `hidden by the mount ${w.by}`,
};

/** A few plain words about one reason. */
export function describeWhy(why: Why): string {
  return guardArguments('describeWhy', () => (describe[why.kind] as (why: Why) => string)(why));
}

/** Whether the shim's rewrite changed the mount's type. */
export function hasRewrittenMount(chain: readonly Why[]): boolean {
  return chain.some(({ kind }) => kind === 'rewritten-mount');
}

/** The whole chain on one line. */
export function describeChain(chain: readonly Why[]): string {
  return guardArguments('describeChain', () => {
    checkArgument('describeChain', 'chain', chain, 'list');
    const words = chain.map(describeWhy);
    const last = words.pop() ?? '';
    return words.length === 0 ? last : `${words.join('; ')} → ${last}`;
  });
}
