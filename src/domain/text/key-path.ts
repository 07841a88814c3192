/** The way into a document: keys of maps and indexes of lists, from the outside in. Empty: the document itself. */
export type KeyPath = readonly (string | number)[];

/** A path as people write it: `spec.volumes[0].emptyDir`, with keys quoted unless they are plain words. */
export function formatKeyPath(path: KeyPath): string {
  const text = path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      return /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
    })
    .join('');
  return text.startsWith('.') ? text.slice(1) : text;
}
