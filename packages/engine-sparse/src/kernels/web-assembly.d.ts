// What the engine uses of WebAssembly. The types of Node.js 20 leave it to those of browsers, which would bring a
// thousand globals along that are not there.
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]?: string;
  }
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  interface Memory {
    readonly buffer: ArrayBufferLike;
    grow(pages: number): number;
  }
  const Module: new (bytes: Uint8Array) => Module;
  const Instance: new (module: Module, imports: { readonly env: { readonly memory: Memory } }) => Instance;
  const Memory: new (options: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: boolean;
  }) => Memory;
  function validate(bytes: Uint8Array): boolean;
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(
    module: Module,
    imports: { readonly env: { readonly memory: Memory } },
  ): Promise<Instance>;
}
