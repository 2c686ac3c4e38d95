/** A sequence with more steps than this keeps only the furthest value of all. */
const mostRemainders = 1024n;

/**
 * The furthest values of a column in a sequence's direction of counting, one for each remainder by its step: which of them lie on its
 * progression is known only when the script has said where the sequence stands.
 */
export class Furthest {
  readonly #increment: bigint;
  readonly #step: bigint;
  readonly #values = new Map<bigint, bigint>();

  constructor(increment: bigint) {
    this.#increment = increment;
    const step = increment < 0n ? -increment : increment;
    this.#step = step > mostRemainders ? 1n : step;
  }

  add(value: bigint): void {
    const remainder = this.#step === 1n ? 0n : ((value % this.#step) + this.#step) % this.#step;
    const known = this.#values.get(remainder);
    if (known === undefined || (this.#increment > 0n ? value > known : value < known))
      this.#values.set(remainder, value);
  }

  values(): bigint[] {
    return [...this.#values.values()];
  }
}
