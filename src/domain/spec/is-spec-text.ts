/**
 * Whether a JSON text is an OCI runtime spec: an object with a field `ociVersion` (OCI runtime-spec, config.md).
 * The word may stand anywhere in a manifest too, which is none for that. A text that is cut short or otherwise not
 * JSON is taken for what its words say.
 */
export function isSpecText(text: string): boolean {
  if (!text.includes('"ociVersion"')) return false;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && Object.hasOwn(value, 'ociVersion');
  } catch {
    return text.trimStart().startsWith('{') && !/"(?:apiVersion|kind)"/.test(text);
  }
}
