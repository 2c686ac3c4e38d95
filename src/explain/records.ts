/**
 * The lines of a log by the session that wrote them: of several that write side by side, what one says must not be taken for what
 * another meant. A line without a mark of its own belongs to the one before it.
 */
export interface Records {
  /** The lines of the session that wrote what stands at an index, as they are; those before that line, and from it on. */
  around(
    index: number,
    from: number,
    to: number,
  ): { readonly before: string; readonly after: string; readonly tagged: boolean };
  /** The session that wrote the line there; null where nothing marks it. */
  sessionAt(index: number): string | null;
  /** What tells one message of a log from the next: its time, or the line of its script. Null where nothing does. */
  stampAt(index: number): string | null;
}

/** How logs mark the request, the thread, the session and the process that wrote a line. */
const marks: readonly RegExp[] = [
  /\[([0-9a-f]{8}-[0-9a-f-]{27})\]/i,
  /\[([\w-]+-\d+)\]/,
  /\b([0-9a-f]{8}\.[0-9a-f]{1,8})\b/,
  /\[(\d+)(?:[-:]\d+)?\](?!\.)/,
  /#(\d+)\]/,
  /\bpid["']?\s*[=: ]\s*(\d+)/i,
  /\bprocess\s+(\d+)/,
];

const time = /\d{1,2}:\d{2}:\d{2}/;
/** A time with its day and its fraction. */
const stamp = /(?:\d{4}-\d{2}-\d{2}[T ])?\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?|\bpsql:[^\s:]+:\d+/;
/** Marks stand at the beginning of a line, or in a JSON object. */
const beginning = 300;

/** What stands further in than so in a line of a log is no mark of it. */
const longLine = 2000;

/** Reads each line once, however many errors there are: a log holds tens of thousands. */
export function recordsOf(text: string): Records {
  const starts = startsOf(text);
  const lineAt = (index: number): number => lastNotAfter(starts, index);
  const endOf = (line: number): number => (starts[line + 1] ?? text.length + 1) - 1;
  /** What stands before an index on its line. */
  const headOf = (index: number, least: number): string => {
    const line = lineAt(index);
    const start = starts[line] as number;
    return text.slice(start, Math.max(Math.min(endOf(line), start + least), Math.min(index, start + longLine)));
  };
  const markedAt = remembering((head: string) => {
    const own = time.test(head) ? marks.filter((mark) => mark.test(head)) : [];
    return { own, session: own.length === 0 ? null : sessionOf(head, own) };
  });
  const marksOf = remembering((line: number) => {
    const start = starts[line] as number;
    const first = text.slice(start, Math.min(endOf(line), start + beginning));
    return time.test(first) ? new Map(marks.map((mark) => [mark, mark.exec(first)?.[1]])) : null;
  });
  /** The lines of each session, told apart by these marks. */
  const sessions = new Map<string, ReadonlyMap<string, readonly number[]>>();
  const linesOf = (session: string, own: readonly RegExp[]): readonly number[] => {
    const name = own.map((mark) => mark.source).join(' ');
    const known = sessions.get(name) ?? sessionsBy(own, starts.length, marksOf);
    sessions.set(name, known);
    return known.get(session) ?? [];
  };
  return {
    sessionAt: (index) => markedAt(headOf(index, beginning)).session,
    stampAt: (index) => stamp.exec(headOf(index, 0))?.[0] ?? null,
    around(index, from, to) {
      const { own, session } = markedAt(headOf(index, beginning));
      if (session === null) return { before: text.slice(from, index), after: text.slice(index, to), tagged: false };
      const here = lineAt(index);
      const lines = linesOf(session, own);
      const join = (some: readonly number[]): string =>
        some.map((line) => text.slice(Math.max(starts[line] as number, from), Math.min(endOf(line), to))).join('\n');
      const first = lastNotAfter(lines, lineAt(from) - 1) + 1;
      const end = lastNotAfter(lines, to > from ? lineAt(to - 1) : here) + 1;
      const [until, since] = [lastNotAfter(lines, here - 1) + 1, lastNotAfter(lines, here) + 1];
      const [start, stop] = [Math.max(starts[here] as number, from), Math.min(endOf(here), to)];
      const after = join(lines.slice(since, Math.max(since, end)));
      return {
        before: `${join(lines.slice(Math.min(first, until), until))}\n${text.slice(start, index)}`,
        after: text.slice(index, stop) + (after === '' ? '' : `\n${after}`),
        tagged: true,
      };
    },
  };
}

/** Where the lines of a text begin. */
function startsOf(text: string): number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}

/** The place of the last of some rising numbers that is not greater than one; -1: there is none. */
function lastNotAfter(numbers: readonly number[], most: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) <= most) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A function that works each answer out once. */
function remembering<Asked, Answer>(work: (asked: Asked) => Answer): (asked: Asked) => Answer {
  const known = new Map<Asked, Answer>();
  return (asked) => {
    if (!known.has(asked)) known.set(asked, work(asked));
    return known.get(asked) as Answer;
  };
}

/** The lines of each session. One that lacks a mark is of the session before. */
function sessionsBy(
  own: readonly RegExp[],
  count: number,
  marksOf: (line: number) => ReadonlyMap<RegExp, string | undefined> | null,
): Map<string, number[]> {
  const sessions = new Map<string, number[]>();
  let session: string | null = null;
  for (let line = 0; line < count; line++) {
    const found = marksOf(line);
    const named = found === null ? [undefined] : own.map((mark) => found.get(mark));
    if (!named.includes(undefined)) session = named.join(' ');
    if (session === null) continue;
    const lines = sessions.get(session) ?? [];
    lines.push(line);
    sessions.set(session, lines);
  }
  return sessions;
}

/** The marks of a line, all of them; null where one is lacking. */
function sessionOf(line: string, own: readonly RegExp[]): string | null {
  const found = own.map((mark) => mark.exec(line)?.[1]);
  return found.includes(undefined) ? null : found.join(' ');
}
