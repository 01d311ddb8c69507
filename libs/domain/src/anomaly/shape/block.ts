/**
 * Room for the numbers of one state, lent out in pieces. Twenty arrays of their own would take longer to make than all
 * the arithmetic of a step, and a state is made anew from its bytes at every one.
 */
export class Block {
  readonly all: Float32Array;
  private lent = 0;

  constructor(size: number) {
    this.all = new Float32Array(size);
  }

  lend(size: number): Float32Array {
    const from = this.lent;
    this.lent += size;
    if (this.lent > this.all.length) throw new RangeError('The block is smaller than what is to be kept in it.');
    return this.all.subarray(from, this.lent);
  }
}
