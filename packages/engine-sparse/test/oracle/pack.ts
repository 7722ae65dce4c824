/** A tile of a row-major batch [examples, features], as [feature][lane]; 0 beyond the batch. */
export function packInputs(
  features: number,
  lanes: number,
  from: number,
  examples: number,
  inputs: Float32Array,
): Float32Array {
  const tile = new Float32Array(features * lanes);
  for (let lane = 0; lane < lanes && from + lane < examples; lane++) {
    for (let f = 0; f < features; f++) tile[f * lanes + lane] = inputs[(from + lane) * features + f]!;
  }
  return tile;
}

/** An image of rows of features in a border of zeros. */
export interface Border {
  readonly lanes: number;
  readonly height: number;
  readonly row: number;
  readonly above: number;
  readonly below: number;
  readonly left: number;
  readonly right: number;
}

/** The feature of the padded image that each feature of the image becomes. */
function insideOf({ height, row, above, left, right }: Border): number[] {
  const paddedRow = left + row + right;
  return Array.from({ length: height * row }, (_, feature) => {
    const y = Math.floor(feature / row);
    return (above + y) * paddedRow + left + (feature % row);
  });
}

export function pad(border: Border, source: Float32Array): Float32Array {
  const { lanes, height, row, above, below, left, right } = border;
  const target = new Float32Array((above + height + below) * (left + row + right) * lanes);
  insideOf(border).forEach((feature, from) => {
    for (let lane = 0; lane < lanes; lane++) target[feature * lanes + lane] = source[from * lanes + lane]!;
  });
  return target;
}

/** What lies inside of the border. */
export function padBack<Values extends Float32Array | Float64Array>(border: Border, source: Values): Values {
  const { lanes, height, row } = border;
  const target = source.slice(0, height * row * lanes) as Values;
  insideOf(border).forEach((feature, to) => {
    for (let lane = 0; lane < lanes; lane++) target[to * lanes + lane] = source[feature * lanes + lane]!;
  });
  return target;
}
