// Pooling over windows of pixels. Every output pixel has a list of input pixels: u32 starts [outputs + 1] and sources,
// the first features of pixels, so that padding is simply not in the lists. See src/network/records.ts.

const X: usize = 4;
const Y: usize = 8;
const DX: usize = 12;
const DY: usize = 16;
const OUTPUTS: usize = 20;
const STARTS: usize = 24;
const SOURCES: usize = 28;
const INPUTS: usize = 32;
const AVERAGES: usize = 36;
const PIXEL: usize = 40;
/** Whether every input lies in exactly one window. */
const COVERS: usize = 44;
/** Where the sources lie in the gradient, which may have a border; `INPUTS` counts its features. */
const TARGETS: usize = 48;
const FLAGS: usize = 76;

const ADDS = 1;
const MASKS = 2;

/** Maximum or mean of every window; a NaN wins. Pixel by pixel, so that a large window is read in its order. */
export function pool(record: usize, bytes: usize, arena: usize): void {
  const x = arena + <usize>load<u32>(record, X) * bytes;
  const y = arena + <usize>load<u32>(record, Y) * bytes;
  const starts: usize = load<u32>(record, STARTS);
  const sources: usize = load<u32>(record, SOURCES);
  const averages = load<u32>(record, AVERAGES) != 0;
  const pixel = <usize>load<u32>(record, PIXEL) * bytes;
  for (let o: usize = 0; o < load<u32>(record, OUTPUTS); o++) {
    const from: usize = load<u32>(starts + (o << 2));
    const to: usize = load<u32>(starts + (o << 2), 4);
    const target = y + o * pixel;
    memory.copy(target, x + <usize>load<u32>(sources + (from << 2)) * bytes, pixel);
    for (let k = from + 1; k < to; k++) {
      const source = x + <usize>load<u32>(sources + (k << 2)) * bytes;
      for (let i: usize = 0; i < pixel; i += 16) {
        const value = v128.load(target + i);
        const other = v128.load(source + i);
        v128.store(target + i, averages ? f32x4.add(value, other) : f32x4.max(value, other));
      }
    }
    if (!averages) continue;
    const scale = f32x4.splat(<f32>1 / <f32>(to - from));
    for (let i: usize = 0; i < pixel; i += 16) {
      v128.store(target + i, f32x4.mul(v128.load(target + i), scale));
    }
  }
}

/**
 * Of equal maxima of a window the first one gets the gradient. Inputs that are not above 0 get none where a ReLU gave
 * them.
 */
export function poolBack(record: usize, bytes: usize, arena: usize): void {
  const dx = arena + <usize>load<u32>(record, DX) * bytes;
  let adds = (load<u32>(record, FLAGS) & ADDS) != 0;
  if (!adds && !load<u32>(record, COVERS)) {
    memory.fill(dx, 0, <usize>load<u32>(record, INPUTS) * bytes);
    adds = true;
  }
  if (load<u32>(record, AVERAGES)) meanBack(record, bytes, arena, adds);
  else maximumBack(record, bytes, arena, adds);
}

function meanBack(record: usize, bytes: usize, arena: usize, adds: bool): void {
  const masks = (load<u32>(record, FLAGS) & MASKS) != 0;
  const x = arena + <usize>load<u32>(record, X) * bytes;
  const dx = arena + <usize>load<u32>(record, DX) * bytes;
  const dy = arena + <usize>load<u32>(record, DY) * bytes;
  const starts: usize = load<u32>(record, STARTS);
  const sources: usize = load<u32>(record, SOURCES);
  const targets: usize = load<u32>(record, TARGETS);
  const pixel = <usize>load<u32>(record, PIXEL) * bytes;
  for (let o: usize = 0; o < load<u32>(record, OUTPUTS); o++) {
    const from: usize = load<u32>(starts + (o << 2));
    const to: usize = load<u32>(starts + (o << 2), 4);
    const scale = f32x4.splat(<f32>1 / <f32>(to - from));
    const upstream = dy + o * pixel;
    for (let k = from; k < to; k++) {
      const source = x + <usize>load<u32>(sources + (k << 2)) * bytes;
      const target = dx + <usize>load<u32>(targets + (k << 2)) * bytes;
      for (let i: usize = 0; i < pixel; i += 16) {
        let own = f32x4.mul(v128.load(upstream + i), scale);
        if (masks) own = v128.and(own, f32x4.gt(v128.load(source + i), f32x4.splat(0)));
        give(target + i, own, adds);
      }
    }
  }
}

function maximumBack(record: usize, bytes: usize, arena: usize, adds: bool): void {
  const masks = (load<u32>(record, FLAGS) & MASKS) != 0;
  const x = arena + <usize>load<u32>(record, X) * bytes;
  const y = arena + <usize>load<u32>(record, Y) * bytes;
  const dx = arena + <usize>load<u32>(record, DX) * bytes;
  const dy = arena + <usize>load<u32>(record, DY) * bytes;
  const starts: usize = load<u32>(record, STARTS);
  const sources: usize = load<u32>(record, SOURCES);
  const targets: usize = load<u32>(record, TARGETS);
  const pixel = <usize>load<u32>(record, PIXEL) * bytes;
  for (let o: usize = 0; o < load<u32>(record, OUTPUTS); o++) {
    const from: usize = load<u32>(starts + (o << 2));
    const to: usize = load<u32>(starts + (o << 2), 4);
    for (let i: usize = 0; i < pixel; i += 16) {
      let upstream = v128.load(dy + o * pixel + i);
      const largest = v128.load(y + o * pixel + i);
      if (masks) upstream = v128.and(upstream, f32x4.gt(largest, f32x4.splat(0)));
      // All ones where the gradient still has no taker.
      let open = i32x4.splat(-1);
      for (let k = from; k < to; k++) {
        const source = x + <usize>load<u32>(sources + (k << 2)) * bytes + i;
        const target = dx + <usize>load<u32>(targets + (k << 2)) * bytes + i;
        const takes = v128.and(open, f32x4.eq(v128.load(source), largest));
        open = v128.andnot(open, takes);
        give(target, v128.and(upstream, takes), adds);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function give(target: usize, own: v128, adds: bool): void {
  v128.store(target, adds ? f32x4.add(v128.load(target), own) : own);
}
