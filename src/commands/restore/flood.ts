/** Errors of one cause that are told one by one. */
const mostAlike = 5;

/** Errors of any cause that are. */
const mostTold = 200;

/** One cause, and how often it was met. */
interface Cause {
  readonly first: string;
  count: number;
}

/**
 * Errors, of which those that are alike are counted: one table that is missing makes an error of each of its rows, and 100,000 lines
 * hide the one that says why.
 */
export class Flood {
  readonly #lines: { readonly text: string; readonly cause: Cause }[] = [];
  readonly #causes = new Map<string, Cause>();

  /** Takes an error; returns whether it is to be told. */
  add(error: string): boolean {
    const key = causeOf(error);
    const cause = this.#causes.get(key) ?? { first: error, count: 0 };
    if (this.#causes.size < mostTold) this.#causes.set(key, cause);
    else if (!this.#causes.has(key)) return this.#addOther(error);
    cause.count++;
    const isTold = cause.count <= mostAlike && this.#lines.length < mostTold;
    if (isTold) this.#lines.push({ text: error, cause });
    return isTold;
  }

  /** The first of each cause as they came, and behind the last of these how many more there were. */
  lines(): string[] {
    const rest = new Map(this.#lines.map(({ cause }, at) => [cause, at]));
    const lines = this.#lines.flatMap(({ text, cause }, at) => {
      const more = this.#untold(cause);
      return rest.get(cause) === at && more > 0 ? [text, moreLike(more)] : [text];
    });
    const others = [...this.#causes.values()].filter((cause) => !rest.has(cause));
    const count = others.reduce((sum, cause) => sum + cause.count, 0);
    return count === 0 ? lines : [...lines, `and ${count} more errors`];
  }

  /** What was not told as it came, a line for each cause. */
  untold(): string[] {
    return [...this.#causes.values()].flatMap((cause) => {
      const more = this.#untold(cause);
      return more > 0 ? [`${moreLike(more)}: ${cause.first}`] : [];
    });
  }

  #untold(cause: Cause): number {
    return cause.count - this.#lines.filter((line) => line.cause === cause).length;
  }

  #addOther(error: string): boolean {
    const other = this.#causes.get('') ?? { first: error, count: 0 };
    this.#causes.set('', other);
    other.count++;
    return false;
  }
}

function moreLike(count: number): string {
  return `and ${count} more like it`;
}

/** What errors have in common that differ in their place and in a value only. */
function causeOf(error: string): string {
  return error
    .replace(/^line \d+: /, '')
    .replace(/^[A-Z][A-Z ]+ .*?: (?=could not |COPY failed )/, '')
    .replace(/^(syntax error|trailing junk after [\w ]+) at or near .*$/s, '$1')
    .replace(/: ".*"$/s, '')
    .replaceAll(/\d+/g, '0');
}
