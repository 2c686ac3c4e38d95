import { Problem } from '../problem.ts';
import { cautionedLines } from '../core/model/caution.ts';

/** Collects what is wrong with an import before a row is read, so that all of it is told at once. */
export class Mistakes {
  readonly #found = new Map<string, readonly string[]>();

  /** A hint is a line, SQL or words; null is none. Above SQL is said what else it does. */
  add(message: string, ...hints: readonly (string | null)[]): void {
    this.#found.set(message, cautionedLines(hints.filter((hint) => hint !== null)));
  }

  get isEmpty(): boolean {
    return this.#found.size === 0;
  }

  /** Throws one Problem that tells every mistake, if there was any. */
  finish(): void {
    const [first, ...more] = this.#found;
    if (first === undefined) return;
    if (more.length === 0) throw new Problem(first[0], first[1].length === 0 ? {} : { hint: first[1] });
    throw new Problem([...this.#found].flatMap(([message, hints]) => [message, ...hints.map((hint) => `  ${hint}`)]));
  }
}
