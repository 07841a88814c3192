const ENDING = /\.(?:ya?ml|json)$/i;

/** Whether a file below a directory is read for manifests: `.yaml`, `.yml` or `.json`, in any letter case. */
export function isManifestName(name: string): boolean {
  return ENDING.test(name);
}
