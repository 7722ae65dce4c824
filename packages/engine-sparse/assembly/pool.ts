// Pooling over windows of features. Every output feature has a list of input features: u32 starts
// [outputs + 1] and sources, so that padding is simply not in the lists. See src/network/records.ts.

const X: usize = 4;
const Y: usize = 8;
const DX: usize = 12;
const DY: usize = 16;
const OUTPUTS: usize = 20;
const STARTS: usize = 24;
const SOURCES: usize = 28;
const INPUTS: usize = 32;
const AVERAGES: usize = 36;
const FLAGS: usize = 76;

/** Maximum or mean of every window; a NaN wins. */
export function pool(record: usize, bytes: usize, arena: usize): void {
  const x = arena + <usize>load<u32>(record, X) * bytes;
  const y = arena + <usize>load<u32>(record, Y) * bytes;
  const starts: usize = load<u32>(record, STARTS);
  const sources: usize = load<u32>(record, SOURCES);
  const averages = load<u32>(record, AVERAGES) != 0;
  for (let o: usize = 0; o < load<u32>(record, OUTPUTS); o++) {
    const from: usize = load<u32>(starts + (o << 2));
    const to: usize = load<u32>(starts + (o << 2), 4);
    const scale = f32x4.splat(<f32>1 / <f32>(to - from));
    for (let i: usize = 0; i < bytes; i += 16) {
      let value = v128.load(x + <usize>load<u32>(sources + (from << 2)) * bytes + i);
      for (let k = from + 1; k < to; k++) {
        const other = v128.load(x + <usize>load<u32>(sources + (k << 2)) * bytes + i);
        value = averages ? f32x4.add(value, other) : f32x4.max(value, other);
      }
      v128.store(y + o * bytes + i, averages ? f32x4.mul(value, scale) : value);
    }
  }
}

/** Of equal maxima of a window the first one gets the gradient. */
export function poolBack(record: usize, bytes: usize, arena: usize): void {
  const x = arena + <usize>load<u32>(record, X) * bytes;
  const y = arena + <usize>load<u32>(record, Y) * bytes;
  const dx = arena + <usize>load<u32>(record, DX) * bytes;
  const dy = arena + <usize>load<u32>(record, DY) * bytes;
  const starts: usize = load<u32>(record, STARTS);
  const sources: usize = load<u32>(record, SOURCES);
  const averages = load<u32>(record, AVERAGES) != 0;
  if (!(load<u32>(record, FLAGS) & 1)) memory.fill(dx, 0, <usize>load<u32>(record, INPUTS) * bytes);
  for (let o: usize = 0; o < load<u32>(record, OUTPUTS); o++) {
    const from: usize = load<u32>(starts + (o << 2));
    const to: usize = load<u32>(starts + (o << 2), 4);
    const scale = f32x4.splat(<f32>1 / <f32>(to - from));
    for (let i: usize = 0; i < bytes; i += 16) {
      const upstream = v128.load(dy + o * bytes + i);
      const largest = v128.load(y + o * bytes + i);
      // All ones where the gradient still has no taker.
      let open = i32x4.splat(-1);
      for (let k = from; k < to; k++) {
        const source = <usize>load<u32>(sources + (k << 2)) * bytes + i;
        let own: v128;
        if (averages) {
          own = f32x4.mul(upstream, scale);
        } else {
          const takes = v128.and(open, f32x4.eq(v128.load(x + source), largest));
          own = v128.and(upstream, takes);
          open = v128.andnot(open, takes);
        }
        v128.store(dx + source, f32x4.add(v128.load(dx + source), own));
      }
    }
  }
}
