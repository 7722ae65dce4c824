import * as tf from '@tensorflow/tfjs';

/** What `tf.loadLayersModel` loads. */
export interface LayersModelFiles {
  /** Of `model.json`: the layers, and where the weights are. */
  readonly model: string;
  /** Of `weights.bin`: little-endian float32 values, in the order that `model.json` tells. */
  readonly weights: Uint8Array;
}

const WEIGHTS = 'weights.bin';

/** A model as the contents of `model.json` and, beside it, `weights.bin`. */
export async function layersModelFiles(model: tf.LayersModel): Promise<LayersModelFiles> {
  let files: LayersModelFiles | undefined;
  const handler = tf.io.withSaveHandler(async (artifacts) => {
    const { format, generatedBy, convertedBy, modelTopology, weightSpecs = [], weightData } = artifacts;
    const weightsManifest = [{ paths: [WEIGHTS], weights: weightSpecs }];
    files = {
      model: JSON.stringify({ format, generatedBy, convertedBy, modelTopology, weightsManifest }),
      weights: new Uint8Array(tf.io.concatenateArrayBuffers([weightData ?? []].flat())),
    };
    return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
  });
  await model.save(handler);
  return files!;
}
