import { exp4, sigmoid4, tanh4 } from './functions';

export const RELU = 0;
export const LEAKY_RELU = 1;
export const GELU = 2;
export const TANH = 3;
export const SIGMOID = 4;

const SCALE: f32 = 0.7978845608028654; // sqrt(2 / pi)
const CUBIC: f32 = 0.044715;

/** target = f(source) for `bytes` bytes. */
export function activate(kind: i32, leak: f32, bytes: usize, source: usize, target: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(target + i, valueOf(kind, leak, v128.load(source + i)));
  }
}

/** target = (adds ? target : 0) + upstream x f'(source) */
export function activateBack(
  kind: i32,
  leak: f32,
  bytes: usize,
  source: usize,
  upstream: usize,
  target: usize,
  adds: bool,
): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const own = f32x4.mul(v128.load(upstream + i), slopeOf(kind, leak, v128.load(source + i)));
    v128.store(target + i, adds ? f32x4.add(v128.load(target + i), own) : own);
  }
}

function valueOf(kind: i32, leak: f32, x: v128): v128 {
  const zero = f32x4.splat(0);
  switch (kind) {
    case RELU:
      return f32x4.pmax(x, zero);
    case LEAKY_RELU:
      return v128.bitselect(x, f32x4.mul(f32x4.splat(leak), x), f32x4.gt(x, zero));
    case GELU:
      return f32x4.mul(f32x4.mul(f32x4.splat(0.5), x), f32x4.add(f32x4.splat(1), geluTanh(x)));
    case TANH:
      return tanh4(x);
    default:
      return sigmoid4(x);
  }
}

function slopeOf(kind: i32, leak: f32, x: v128): v128 {
  const one = f32x4.splat(1);
  const positive = f32x4.gt(x, f32x4.splat(0));
  switch (kind) {
    case RELU:
      return v128.and(one, positive);
    case LEAKY_RELU:
      return v128.bitselect(one, f32x4.splat(leak), positive);
    case GELU: {
      const half = f32x4.splat(0.5);
      const t = geluTanh(x);
      const inner = f32x4.mul(
        f32x4.splat(SCALE),
        f32x4.add(one, f32x4.mul(f32x4.splat(3 * CUBIC), f32x4.mul(x, x))),
      );
      const curve = f32x4.mul(f32x4.mul(f32x4.mul(half, x), f32x4.sub(one, f32x4.mul(t, t))), inner);
      return f32x4.add(f32x4.mul(half, f32x4.add(one, t)), curve);
    }
    case TANH:
      return f32x4.mul(f32x4.splat(4), bell(f32x4.mul(f32x4.splat(2), x)));
    default:
      return bell(x);
  }
}

/** e^x / (1 + e^x)^2, the slope of the sigmoid; from e^-|x|, as 1 - sigmoid cancels where x is large. */
function bell(x: v128): v128 {
  const e = exp4(f32x4.neg(f32x4.abs(x)));
  const sum = f32x4.add(f32x4.splat(1), e);
  return f32x4.div(e, f32x4.mul(sum, sum));
}

function geluTanh(x: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(x, x), x);
  return tanh4(f32x4.mul(f32x4.splat(SCALE), f32x4.add(x, f32x4.mul(f32x4.splat(CUBIC), cube))));
}

/** target = (adds ? target : 0) + source */
export function copyOrAdd(bytes: usize, source: usize, target: usize, adds: bool): void {
  if (!adds) {
    memory.copy(target, source, bytes);
    return;
  }
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(target + i, f32x4.add(v128.load(target + i), v128.load(source + i)));
  }
}

/** target = 0 where values are not above 0: the gradient of a ReLU by its input. */
export function maskPositive(bytes: usize, values: usize, target: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const positive = f32x4.gt(v128.load(values + i), f32x4.splat(0));
    v128.store(target + i, v128.and(v128.load(target + i), positive));
  }
}

/**
 * target = (adds ? target : 0) + source, scaled where kept and 0 elsewhere.
 * @param kept - u8 [examples, features], row-major
 */
export function drop(
  features: i32,
  lanes: i32,
  from: i32,
  examples: i32,
  kept: usize,
  scale: f32,
  source: usize,
  target: usize,
  adds: bool,
): void {
  for (let f = 0; f < features; f++) {
    for (let lane = 0; lane < lanes; lane++) {
      const at = <usize>(f * lanes + lane) << 2;
      const example = from + lane;
      const keeps = example < examples && load<u8>(kept + <usize>example * features + f) != 0;
      const own: f32 = keeps ? load<f32>(source + at) * scale : 0;
      store<f32>(target + at, adds ? load<f32>(target + at) + own : own);
    }
  }
}
