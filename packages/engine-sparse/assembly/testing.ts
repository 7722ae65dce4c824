// The kernels one by one, for tests; the engine's module knows commands only. What is made for each number of lanes
// takes that number here.
import { normalise, normaliseBatch, normaliseBatchBack } from './batch-norm';
import { biasBlock, sddmmBlock, spmmBlock } from './blocks';
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
  from: i32,
  to: i32,
  starts: usize,
  indices: usize,
  values: usize,
  source: usize,
  target: usize,
  bias: usize,
  mode: i32,
  mask: usize,
): void {
  if (lanes == 32) spmm<i32>(from, to, starts, indices, values, source, target, bias, mode, mask);
  else if (lanes == 16) spmm<i16>(from, to, starts, indices, values, source, target, bias, mode, mask);
  else spmm<i8>(from, to, starts, indices, values, source, target, bias, mode, mask);
}

export function sddmmOf(
  lanes: i32,
  from: i32,
  to: i32,
  starts: usize,
  indices: usize,
  gradient: usize,
  left: usize,
  right: usize,
  places: usize,
): void {
  if (lanes == 32) sddmm<i32>(from, to, starts, indices, gradient, left, right, places);
  else if (lanes == 16) sddmm<i16>(from, to, starts, indices, gradient, left, right, places);
  else sddmm<i8>(from, to, starts, indices, gradient, left, right, places);
}

export function spmmBlockOf(
  lanes: i32,
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
  if (lanes == 16) {
    spmmBlock<i16>(from, to, starts, indices, values, source, sourceStep, target, targetStep, bias, mode, mask);
  } else {
    spmmBlock<i8>(from, to, starts, indices, values, source, sourceStep, target, targetStep, bias, mode, mask);
  }
}

export function sddmmBlockOf(
  lanes: i32,
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
  if (lanes == 16) {
    sddmmBlock<i16>(from, to, starts, indices, gradient, left, leftStep, right, rightStep, places);
  } else {
    sddmmBlock<i8>(from, to, starts, indices, gradient, left, leftStep, right, rightStep, places);
  }
}

export function biasBlockOf(lanes: i32, units: i32, gradients: usize, dy: usize, step: usize): void {
  if (lanes == 16) biasBlock<i16>(units, gradients, dy, step);
  else biasBlock<i8>(units, gradients, dy, step);
}

export function linearOf(lanes: i32, record: usize, arena: usize, thread: i32, threads: i32): void {
  if (lanes == 32) linear<i32>(record, arena, thread, threads);
  else if (lanes == 16) linear<i16>(record, arena, thread, threads);
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
  if (lanes == 32) linearBack<i32>(record, arena, copy, thread, threads);
  else if (lanes == 16) linearBack<i16>(record, arena, copy, thread, threads);
  else linearBack<i8>(record, arena, copy, thread, threads);
}

export function normaliseOf(lanes: i32, record: usize, arena: usize): void {
  if (lanes == 32) normalise<i32>(record, arena);
  else if (lanes == 16) normalise<i16>(record, arena);
  else normalise<i8>(record, arena);
}

export function normaliseBatchOf(lanes: i32, record: usize, thread: i32): void {
  if (lanes == 32) normaliseBatch<i32>(record, thread);
  else if (lanes == 16) normaliseBatch<i16>(record, thread);
  else normaliseBatch<i8>(record, thread);
}

export function normaliseBatchBackOf(lanes: i32, record: usize, thread: i32): void {
  if (lanes == 32) normaliseBatchBack<i32>(record, thread);
  else if (lanes == 16) normaliseBatchBack<i16>(record, thread);
  else normaliseBatchBack<i8>(record, thread);
}
