/** Windows over features, each with a list of inputs. */
export interface Windows {
  readonly inputs: number;
  readonly lanes: number;
  readonly averages: boolean;
  /** Whether inputs that are not above 0 get no gradient. */
  readonly masks?: boolean;
  readonly windows: readonly (readonly number[])[];
}

/** Maximum or mean of every window: [window][lane]. */
export function pool({ windows, lanes, averages }: Windows, x: Float32Array): Float64Array {
  const y = new Float64Array(windows.length * lanes);
  windows.forEach((window, o) => {
    for (let lane = 0; lane < lanes; lane++) {
      const values = window.map((feature) => x[feature * lanes + lane]!);
      const sum = values.reduce((all, value) => all + value, 0);
      y[o * lanes + lane] = averages ? sum / values.length : Math.max(...values);
    }
  });
  return y;
}

/** By the inputs; of equal maxima of a window the first one gets it. */
export function poolBack(of: Windows, x: Float32Array, dy: Float32Array): Float64Array {
  const { windows, lanes, averages, inputs } = of;
  const dx = new Float64Array(inputs * lanes);
  const y = pool(of, x);
  windows.forEach((window, o) => {
    for (let lane = 0; lane < lanes; lane++) {
      const upstream = dy[o * lanes + lane]!;
      if (averages) {
        for (const feature of window) dx[feature * lanes + lane]! += upstream / window.length;
      } else {
        const taker = window.find((feature) => x[feature * lanes + lane] === y[o * lanes + lane])!;
        dx[taker * lanes + lane]! += upstream;
      }
    }
  });
  return of.masks ? dx.map((value, i) => (x[i]! > 0 ? value : 0)) : dx;
}
