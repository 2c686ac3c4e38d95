import { Problem } from '../../pg/problem.ts';

/** Collects what is wrong with an import before a row is read, so that all of it is told at once. */
export class Mistakes {
  readonly #found = new Map<string, string | undefined>();

  add(message: string, hint?: string): void {
    this.#found.set(message, hint);
  }

  get isEmpty(): boolean {
    return this.#found.size === 0;
  }

  /** Throws one Problem that tells every mistake, if there was any. */
  finish(): void {
    const [first, ...more] = this.#found;
    if (first === undefined) return;
    if (more.length === 0) throw new Problem(first[0], { hint: first[1] });
    throw new Problem(
      [...this.#found].map(([message, hint]) => (hint === undefined ? message : `${message}\n  ${hint}`)).join('\n'),
    );
  }
}
