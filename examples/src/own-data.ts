import { arrayDataset } from '@espalier/data';
import { type Architecture, createTrainer } from 'espalier';

// #region data
/** Points in a square; the class tells whether the signs of their coordinates agree. */
function points(count: number, seed: number) {
  const inputs = Float32Array.from({ length: 2 * count }, (_, i) => Math.sin(seed + i * i));
  const labels = Uint8Array.from({ length: count }, (_, i) =>
    inputs[2 * i]! * inputs[2 * i + 1]! > 0 ? 1 : 0,
  );
  return { inputs, labels };
}
const data = arrayDataset({
  name: 'signs',
  inputShape: [2],
  outputs: 2,
  ...points(1000, 1),
  test: points(200, 2),
});
// #endregion

// #region architecture
const architecture: Architecture = {
  name: 'two-layers',
  inputShape: [2],
  nodes: [
    { kind: 'dense', name: 'hidden', units: 40 },
    { kind: 'activation', name: 'relu', activation: 'relu' },
    { kind: 'dense', name: 'out', units: 2 },
  ],
};
// #endregion

// #region engine
const trainer = await createTrainer({
  engine: 'reference',
  architecture,
  data,
  method: 'rigl',
  sparsity: { density: 0.5 },
});
console.log(trainer.engine.name, trainer.engine.backend);
// #endregion

await trainer.run();
const { accuracy } = await trainer.evaluate();
console.log(`accuracy ${accuracy}`);
