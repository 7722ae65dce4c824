// The kernels one by one, for tests; the engine's module knows commands only. What is made for each number of lanes
// takes that number here.
import { normalise, normaliseBatch, normaliseBatchBack } from './batch-norm';
import { addToBias } from './bias';
import { linear, linearBack } from './layer';
import { sddmm } from './sddmm';
import { spmm } from './spmm';

export { activate, activateBack, copyOrAdd, drop, maskPositive } from './elementwise';
export { gradientBlock, packRows, packUnits, samplePositions } from './gradient';
export { countSample } from './guess';
export { crossEntropy, meanSquaredError, outputSum } from './loss';
export { clearGradients, optimize, sumGradients } from './optimizer';
export { packInputs, pad } from './pack';
export { pool, poolBack } from './pool';
export { divide, locate, mergeRows, mergeValues, orderByUnits } from './rewiring';
export { scanRows } from './scan';
export { reaching, shorten } from './screen';
export { strongest } from './strongest';

export function spmmOf(
  lanes: i32,
  pixels: i32,
  from: i32,
  to: i32,
  starts: usize,
  indices: usize,
  values: usize,
  source: usize,
  sourceStep: usize,
  target: usize,
  targetStep: usize,
  bias: usize,
  mode: i32,
  mask: usize,
): void {
  if (lanes == 4 && pixels == 8) spmm<i8, i64>(from, to, starts, indices, values, source, sourceStep, target, targetStep, bias, mode, mask);
  else if (lanes == 4 && pixels == 4) spmm<i8, i32>(from, to, starts, indices, values, source, sourceStep, target, targetStep, bias, mode, mask);
  else if (lanes == 4 && pixels == 1) spmm<i8, i8>(from, to, starts, indices, values, source, sourceStep, target, targetStep, bias, mode, mask);
  else if (lanes == 8 && pixels == 4) spmm<i16, i64>(from, to, starts, indices, values, source, sourceStep, target, targetStep, bias, mode, mask);
  else if (lanes == 8 && pixels == 1) spmm<i16, i16>(from, to, starts, indices, values, source, sourceStep, target, targetStep, bias, mode, mask);
  else if (lanes == 16 && pixels == 2) spmm<i32, i64>(from, to, starts, indices, values, source, sourceStep, target, targetStep, bias, mode, mask);
  else if (lanes == 16 && pixels == 1) spmm<i32, i32>(from, to, starts, indices, values, source, sourceStep, target, targetStep, bias, mode, mask);
  else if (lanes == 32 && pixels == 1) spmm<i64, i64>(from, to, starts, indices, values, source, sourceStep, target, targetStep, bias, mode, mask);
  else unreachable();
}

export function sddmmOf(
  lanes: i32,
  pixels: i32,
  from: i32,
  to: i32,
  starts: usize,
  indices: usize,
  gradient: usize,
  left: usize,
  leftStep: usize,
  right: usize,
  rightStep: usize,
  places: usize,
): void {
  if (lanes == 4 && pixels == 8) sddmm<i8, i64>(from, to, starts, indices, gradient, left, leftStep, right, rightStep, places);
  else if (lanes == 4 && pixels == 4) sddmm<i8, i32>(from, to, starts, indices, gradient, left, leftStep, right, rightStep, places);
  else if (lanes == 4 && pixels == 1) sddmm<i8, i8>(from, to, starts, indices, gradient, left, leftStep, right, rightStep, places);
  else if (lanes == 8 && pixels == 4) sddmm<i16, i64>(from, to, starts, indices, gradient, left, leftStep, right, rightStep, places);
  else if (lanes == 8 && pixels == 1) sddmm<i16, i16>(from, to, starts, indices, gradient, left, leftStep, right, rightStep, places);
  else if (lanes == 16 && pixels == 2) sddmm<i32, i64>(from, to, starts, indices, gradient, left, leftStep, right, rightStep, places);
  else if (lanes == 16 && pixels == 1) sddmm<i32, i32>(from, to, starts, indices, gradient, left, leftStep, right, rightStep, places);
  else if (lanes == 32 && pixels == 1) sddmm<i64, i64>(from, to, starts, indices, gradient, left, leftStep, right, rightStep, places);
  else unreachable();
}

export function addToBiasOf(
  lanes: i32,
  pixels: i32,
  units: i32,
  gradients: usize,
  dy: usize,
  step: usize,
): void {
  if (lanes == 4 && pixels == 8) addToBias<i8, i64>(units, gradients, dy, step);
  else if (lanes == 4 && pixels == 4) addToBias<i8, i32>(units, gradients, dy, step);
  else if (lanes == 4 && pixels == 1) addToBias<i8, i8>(units, gradients, dy, step);
  else if (lanes == 8 && pixels == 4) addToBias<i16, i64>(units, gradients, dy, step);
  else if (lanes == 8 && pixels == 1) addToBias<i16, i16>(units, gradients, dy, step);
  else if (lanes == 16 && pixels == 2) addToBias<i32, i64>(units, gradients, dy, step);
  else if (lanes == 16 && pixels == 1) addToBias<i32, i32>(units, gradients, dy, step);
  else if (lanes == 32 && pixels == 1) addToBias<i64, i64>(units, gradients, dy, step);
  else unreachable();
}

export function linearOf(lanes: i32, record: usize, arena: usize, thread: i32, threads: i32): void {
  if (lanes == 32) linear<i64>(record, arena, thread, threads);
  else if (lanes == 16) linear<i32>(record, arena, thread, threads);
  else if (lanes == 8) linear<i16>(record, arena, thread, threads);
  else linear<i8>(record, arena, thread, threads);
}

export function linearBackOf(
  lanes: i32,
  record: usize,
  arena: usize,
  copy: i32,
  thread: i32,
  threads: i32,
): void {
  if (lanes == 32) linearBack<i64>(record, arena, copy, thread, threads);
  else if (lanes == 16) linearBack<i32>(record, arena, copy, thread, threads);
  else if (lanes == 8) linearBack<i16>(record, arena, copy, thread, threads);
  else linearBack<i8>(record, arena, copy, thread, threads);
}

export function normaliseOf(lanes: i32, record: usize, arena: usize): void {
  if (lanes == 32) normalise<i64>(record, arena);
  else if (lanes == 16) normalise<i32>(record, arena);
  else if (lanes == 8) normalise<i16>(record, arena);
  else normalise<i8>(record, arena);
}

export function normaliseBatchOf(lanes: i32, record: usize, thread: i32): void {
  if (lanes == 32) normaliseBatch<i64>(record, thread);
  else if (lanes == 16) normaliseBatch<i32>(record, thread);
  else if (lanes == 8) normaliseBatch<i16>(record, thread);
  else normaliseBatch<i8>(record, thread);
}

export function normaliseBatchBackOf(lanes: i32, record: usize, thread: i32): void {
  if (lanes == 32) normaliseBatchBack<i64>(record, thread);
  else if (lanes == 16) normaliseBatchBack<i32>(record, thread);
  else if (lanes == 8) normaliseBatchBack<i16>(record, thread);
  else normaliseBatchBack<i8>(record, thread);
}
