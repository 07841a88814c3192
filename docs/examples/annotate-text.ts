import { annotateManifest, YamlManifestReader } from 'gvisor-mount-hints/manifests';

/** A manifest's text with its hints; nothing but annotations differs. */
export function withHints(text: string, name: string): string {
  return annotateManifest(new YamlManifestReader(), text, name).text;
}
