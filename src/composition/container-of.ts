import 'reflect-metadata/lite';
import { Container, type ContainerModule } from 'inversify';

/** A container with these modules, in which everything is made once. */
export function containerOf(...modules: readonly ContainerModule[]): Container {
  const container = new Container({ defaultScope: 'Singleton' });
  container.load(...modules);
  return container;
}
