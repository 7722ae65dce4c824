/** What a module's sums are rounded by: `wasm` the same everywhere; `wasm-relaxed` as the machine does it fastest. */
export type KernelName = 'wasm' | 'wasm-relaxed';

/** What the engine can compute on; the first one is the default. */
export const BACKENDS: readonly KernelName[] = ['wasm', 'wasm-relaxed'];
