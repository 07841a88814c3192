/**
 * What the programs have in place of inversify: the part of it that src/composition uses, with the same modules and
 * tokens. Loading inversify and its first resolution cost a start more than the rewrite does (docs/benchmarks.md). The
 * library's users get inversify itself, and can rebind what they like.
 */
type Token = symbol | string | (abstract new (...args: never[]) => unknown);
type Factory = (...dependencies: never[]) => unknown;

interface Binding {
  readonly make: () => unknown;
}

/** What follows `bind(TOKEN)`. */
interface BindTo {
  toConstantValue(value: unknown): void;
  toResolvedValue(factory: Factory, dependencies?: readonly Token[]): void;
}

/** What a module is given. */
interface ModuleOptions {
  bind(token: Token): BindTo;
}

/** Bindings that belong together. */
export class ContainerModule {
  readonly load: (options: ModuleOptions) => void;

  constructor(load: (options: ModuleOptions) => void) {
    this.load = load;
  }
}

/** A container in which everything is made once, when it is first asked for. */
export class Container {
  readonly #bindings = new Map<Token, Binding>();
  readonly #made = new Map<Token, unknown>();

  load(...modules: readonly ContainerModule[]): void {
    for (const module of modules) module.load({ bind: (token) => this.bind(token) });
  }

  bind(token: Token): BindTo {
    const add = (make: () => unknown) => {
      if (this.#bindings.has(token)) throw new Error(`${String(token)} is bound twice`);
      this.#bindings.set(token, { make });
    };
    return {
      toConstantValue: (value) => add(() => value),
      toResolvedValue: (factory, dependencies = []) =>
        add(() => factory(...(dependencies.map((each) => this.get(each)) as never[]))),
    };
  }

  rebind(token: Token): BindTo {
    this.#bindings.delete(token);
    this.#made.delete(token);
    return this.bind(token);
  }

  get(token: Token): unknown {
    if (!this.#made.has(token)) {
      const binding = this.#bindings.get(token);
      if (binding === undefined) throw new Error(`${String(token)} is not bound`);
      this.#made.set(token, binding.make());
    }
    return this.#made.get(token);
  }
}
