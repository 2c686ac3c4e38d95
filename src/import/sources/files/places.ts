/** As many as are remembered: a file of irregular rows would have one for each. */
const most = 500_000;

/** On which line of a file each row begins: one place for all rows that stand on lines of their own. */
export class Places {
  readonly #rows: number[] = [];
  readonly #lines: number[] = [];
  #forgottenFrom = Number.POSITIVE_INFINITY;

  add(row: number, line: number): void {
    const last = this.#rows.length - 1;
    if (last >= 0 && (this.#lines[last] as number) + (row - (this.#rows[last] as number)) === line) return;
    if (this.#rows.length >= most) {
      this.#forgottenFrom = Math.min(this.#forgottenFrom, row);
      return;
    }
    this.#rows.push(row);
    this.#lines.push(line);
  }

  /** Null where that is not known. */
  of(row: number): number | null {
    if (row >= this.#forgottenFrom) return null;
    const at = this.#rows.findLastIndex((one) => one <= row);
    return at < 0 ? null : (this.#lines[at] as number) + (row - (this.#rows[at] as number));
  }
}
