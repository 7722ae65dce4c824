// What the engine uses of a browser. The types of a whole document would bring a thousand globals along that are not
// there in Node.js.
declare class Worker {
  constructor(url: string);
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onerror: ((event: { readonly message: string }) => void) | null;
  postMessage(message: unknown): void;
  terminate(): void;
}
declare var crossOriginIsolated: boolean | undefined;
declare var document: object | undefined;
declare var navigator: { readonly hardwareConcurrency: number } | undefined;
