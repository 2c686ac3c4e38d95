/** A sequence with more steps than this keeps only the furthest value of all. */
const mostRemainders = 1024n;

/**
 * The furthest values of a column in a sequence's direction of counting, one for each remainder by its step: which of them lie on its
 * progression is known only when the script has said where the sequence stands.
 */
export class Furthest {
  readonly #isUpward: boolean;
  readonly #step: bigint;
  readonly #values = new Map<bigint, bigint>();
  /** The furthest of those that came as numbers, where the step is 1. */
  #number: number | null = null;

  constructor(increment: bigint) {
    this.#isUpward = increment > 0n;
    const step = this.#isUpward ? increment : -increment;
    this.#step = step > mostRemainders ? 1n : step;
  }

  add(value: bigint): void {
    const remainder = this.#step === 1n ? 0n : ((value % this.#step) + this.#step) % this.#step;
    const known = this.#values.get(remainder);
    if (known === undefined || (this.#isUpward ? value > known : value < known)) this.#values.set(remainder, value);
  }

  /** The same for a value of at most 15 digits, which a number holds exactly: a bigint for each row took half the time of a scan. */
  addNumber(value: number): void {
    if (this.#step !== 1n) this.add(BigInt(value));
    else if (this.#number === null || (this.#isUpward ? value > this.#number : value < this.#number))
      this.#number = value;
  }

  values(): bigint[] {
    if (this.#number !== null) this.add(BigInt(this.#number));
    return [...this.#values.values()];
  }
}
