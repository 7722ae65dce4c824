// Elementary functions of four numbers at a time, to about the precision of f32. A NaN stays one.

// @ts-ignore: decorator
@inline
function constant(x: f32): v128 {
  return f32x4.splat(x);
}

/** Cephes' expf: 2^n times a polynomial on [-ln 2 / 2, ln 2 / 2]. */
export function exp4(value: v128): v128 {
  // pmin and pmax keep their first argument where it is NaN.
  const x = f32x4.pmax(f32x4.pmin(value, constant(88.3762626647949)), constant(-87.3365478515625));
  const n = f32x4.floor(f32x4.add(f32x4.mul(x, constant(1.44269504088896341)), constant(0.5)));
  let r = f32x4.sub(x, f32x4.mul(n, constant(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, constant(-2.12194440e-4)));
  let p = constant(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), constant(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), constant(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), constant(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), constant(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), constant(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), constant(1));
  const exponent = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, exponent);
}

/** 1 / (1 + e^-x) */
export function sigmoid4(x: v128): v128 {
  return f32x4.div(constant(1), f32x4.add(constant(1), exp4(f32x4.neg(x))));
}

/** Cephes' tanhf: a polynomial near 0, where 1 - 2 / (e^2x + 1) would cancel. */
export function tanh4(x: v128): v128 {
  const z = f32x4.mul(x, x);
  let p = constant(-5.70498872745e-3);
  p = f32x4.add(f32x4.mul(p, z), constant(2.06390887954e-2));
  p = f32x4.add(f32x4.mul(p, z), constant(-5.37397155531e-2));
  p = f32x4.add(f32x4.mul(p, z), constant(1.33314422036e-1));
  p = f32x4.add(f32x4.mul(p, z), constant(-3.33332819422e-1));
  const near = f32x4.add(f32x4.mul(f32x4.mul(p, z), x), x);
  const far = f32x4.sub(
    constant(1),
    f32x4.div(constant(2), f32x4.add(exp4(f32x4.mul(x, constant(2))), constant(1))),
  );
  return v128.bitselect(near, far, f32x4.lt(f32x4.abs(x), constant(0.625)));
}
