import type { TrainEvent } from '@espalier/core';
import { decimal, percent } from '../format.js';

/** How much a new batch counts in the running mean of the loss: single batches jump too much to be read. */
const NEW_SHARE = 0.02;

/** Where a run stands, as its events tell it. */
export class Standing {
  #epochs = 0;
  #epoch = 0;
  #loss: number | undefined;
  #accuracy: number | undefined;
  #updates = 0;
  #active = 0;
  #size = 0;

  take(event: TrainEvent): void {
    switch (event.type) {
      case 'run:start':
        this.#epochs = event.epochs;
        for (const { nonZeros, size } of event.layers) {
          this.#active += nonZeros;
          this.#size += size;
        }
        break;
      case 'step': {
        this.#epoch = event.epoch;
        const old = this.#loss ?? event.loss;
        this.#loss = old + NEW_SHARE * (event.loss - old);
        break;
      }
      case 'topology:update':
        this.#updates++;
        for (const layer of event.layers) this.#active += layer.nonZerosAfter - layer.nonZerosBefore;
        break;
      case 'evaluation':
        if (event.split === 'test') this.#accuracy = event.accuracy;
    }
  }

  get epoch(): string {
    return `epoch ${this.#epoch + 1}/${this.#epochs}`;
  }

  get loss(): string {
    return `loss ${this.#loss === undefined ? '-' : decimal(this.#loss)}`;
  }

  get accuracy(): string {
    return `accuracy ${this.#accuracy === undefined ? '-' : percent(this.#accuracy)}`;
  }

  get density(): string {
    return `density ${percent(this.#active / this.#size)}`;
  }

  get updates(): string {
    return `updates ${this.#updates}`;
  }
}
