/** As much of the WebAssembly API as is used here: it comes with the types of browsers only. */
declare namespace WebAssembly {
  class CompileError extends Error {}
  interface Module {
    readonly kind?: never;
  }
  const Module: new (bytes: Uint8Array) => Module;
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  const Instance: new (module: Module) => Instance;
}
