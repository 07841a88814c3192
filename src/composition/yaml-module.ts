import { ContainerModule } from 'inversify';
import { YamlManifestReader } from '../adapters/yaml/yaml-manifest-reader.ts';
import { TOKENS } from './tokens.ts';

/** Manifests in YAML and JSON. Apart from the other modules, so that only who reads manifests loads `yaml`. */
export function yamlModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.manifestReader).toResolvedValue(() => new YamlManifestReader());
  });
}
