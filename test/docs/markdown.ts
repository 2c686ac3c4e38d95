/** A fenced block of a page. */
export interface Block {
  /** The first word behind the fence: `console`. */
  readonly kind: string;
  /** The rest of that line. */
  readonly argument: string;
  /** What stands between the fences, without the last line's end. */
  readonly text: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
}

const fence = /^```(\S*)[ \t]*(.*)\n((?:(?!```).*\n)*?)```$/gm;

/** The fenced blocks of a page, in order. */
export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(fence)].map(({ index, 1: kind = '', 2: argument = '', 3: text = '' }) => ({
    kind,
    argument: argument.trim(),
    text: text.replace(/\n$/, ''),
    line: markdown.slice(0, index).split('\n').length,
  }));
}

/** The page with other texts in some of its blocks. */
export function withBlocks(markdown: string, texts: ReadonlyMap<number, string>): string {
  let place = 0;
  return markdown.replaceAll(fence, (whole: string, kind: string, argument: string) => {
    const text = texts.get(place++);
    if (text === undefined) return whole;
    return `\`\`\`${kind}${argument === '' ? '' : ` ${argument}`}\n${text === '' ? '' : `${text}\n`}\`\`\``;
  });
}

/** The targets of all links of a page: `../docs/x.md#part`. */
export function linksOf(markdown: string): string[] {
  const prose = markdown.replaceAll(fence, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
}

/** The anchors that GitHub makes of a page's headings. */
export function anchorsOf(markdown: string): string[] {
  return [...markdown.replaceAll(fence, '').matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
