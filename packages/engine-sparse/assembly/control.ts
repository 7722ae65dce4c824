// Words of shared memory through which the main thread says what is to be done, at fixed addresses below the
// module's own data. src/memory/control.ts has the same numbers.

/** Grows by 1 with every command; workers sleep on it. */
export const SEQUENCE: usize = 1024;
/** Threads that have reached the barrier. */
export const ARRIVED: usize = 1028;
/** Grows by 1 when a barrier opens; threads sleep on it. */
export const GENERATION: usize = 1032;
export const THREADS: usize = 1036;
/** Not 0 once a worker died. */
export const FAILED: usize = 1040;
export const COMMAND: usize = 1044;
/** Not 0 where a summed gradient is not finite. */
export const BAD: usize = 1048;

export const FORWARD: usize = 1052;
export const FORWARD_COUNT: usize = 1056;
export const BACKWARD: usize = 1060;
export const BACKWARD_COUNT: usize = 1064;

export const LANES: usize = 1068;
export const TILES: usize = 1072;
export const EXAMPLES: usize = 1076;
/** Whether every tile has an arena of its own; otherwise every thread has. */
export const HOLDS: usize = 1080;
export const ARENAS: usize = 1084;
export const ARENA_FEATURES: usize = 1088;
export const INPUTS: usize = 1092;
export const INPUT_FEATURES: usize = 1096;
export const ANSWERS: usize = 1100;
export const LOSS_KIND: usize = 1104;
export const LOSS_VALUE: usize = 1108;
export const LOSS_DELTA: usize = 1112;
export const LOSS_FEATURES: usize = 1116;
/** f64 per tile. */
export const LOSS_SUMS: usize = 1120;
/** i32 per tile. */
export const CORRECT: usize = 1124;
export const TRAINING: usize = 1128;
export const UPDATES: usize = 1132;

export const PARAMETERS: usize = 1136;
export const PARAMETER_COUNT: usize = 1140;
export const OPTIMIZER: usize = 1144;
export const LEARNING_RATE: usize = 1148;
export const MOMENTUM: usize = 1152;
export const WEIGHT_DECAY: usize = 1156;
export const BETA1: usize = 1160;
export const BETA2: usize = 1164;
export const EPSILON: usize = 1168;
export const CORRECTIONS: usize = 1172;
export const CORRECTION_COUNT: usize = 1176;

/** Whether a node needs the whole batch at once. */
export const NORMALISES: usize = 1180;
/** Whether all threads work on one tile at a time, and so have one arena and one gradient between them. */
export const SHARES: usize = 1184;

/** Arguments of the signal commands. */
export const SIGNAL: usize = 1280;

/** 128 bytes of zeros. */
export const ZEROS: usize = 1536;
/** 64 bytes per thread, for 64 threads. */
export const SCRATCH: usize = 2048;

/** Always 0. The compiler can't know, see `keep` in spmm.ts. */
export const NEVER: usize = 1528;

// @ts-ignore: decorator
@inline
export function word(address: usize): i32 {
  return load<i32>(address);
}

// @ts-ignore: decorator
@inline
export function single(address: usize): f32 {
  return load<f32>(address);
}
