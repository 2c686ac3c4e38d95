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

export function recordsOf(text: string): Records {
  const lineStart = (index: number): number => text.lastIndexOf('\n', index - 1) + 1;
  const lineEnd = (index: number): number => {
    const end = text.indexOf('\n', index);
    return end === -1 ? text.length : end;
  };
  const markedAt = (index: number): { own: readonly RegExp[]; session: string | null } => {
    const start = lineStart(index);
    const line = text.slice(start, Math.max(Math.min(lineEnd(index), start + beginning), index));
    const own = time.test(line) ? marks.filter((mark) => mark.test(line)) : [];
    return { own, session: own.length === 0 ? null : sessionOf(line, own) };
  };
  return {
    sessionAt: (index) => markedAt(index).session,
    stampAt: (index) => stamp.exec(text.slice(lineStart(index), index))?.[0] ?? null,
    around(index, from, to) {
      const { own, session: mine } = markedAt(index);
      if (mine === null) return { before: text.slice(from, index), after: text.slice(index, to), tagged: false };
      const ofMine = (part: string, current: string | null): string => {
        let session = current;
        const lines = part.split('\n').filter((line) => {
          const first = line.slice(0, beginning);
          session = (time.test(first) ? sessionOf(first, own) : null) ?? session;
          return session === mine;
        });
        return lines.join('\n');
      };
      const [start, end] = [Math.max(lineStart(index), from), Math.min(lineEnd(index), to)];
      return {
        before: `${ofMine(text.slice(from, start), null)}\n${text.slice(start, index)}`,
        after: text.slice(index, end) + ofMine(text.slice(end, to), mine),
        tagged: true,
      };
    },
  };
}

/** The marks of a line, all of them; null where one is lacking. */
function sessionOf(line: string, own: readonly RegExp[]): string | null {
  const found = own.map((mark) => mark.exec(line)?.[1]);
  return found.includes(undefined) ? null : found.join(' ');
}
