import { stripVTControlCharacters } from 'node:util';

/** Takes off what JSON, CSV, URLs, HTML, Markdown, syslog, containers and terminals add to a text. */
export function plain(raw: string): string {
  return stripVTControlCharacters(unbroken(fromUrl(raw)))
    .replaceAll(/\\+u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replaceAll(/\\+x2([27])/g, (_, hex: string) => (hex === '2' ? '"' : "'"))
    .replaceAll(/\\+r\\+n|\\+n|#012(?!\d)/g, '\n')
    .replaceAll(/\\+t|#011(?!\d)/g, '\t')
    .replaceAll(/\\+(["'`])/g, '$1')
    .replaceAll('&amp;', '&')
    .replaceAll(/&(#?\w+);/g, (whole, name: string) => entities.get(name.toLowerCase()) ?? whole)
    .replaceAll(tag, (_, name: string) => (/^(?:br|p|div|li)$/i.test(name) ? '\n' : ''))
    .replaceAll(/(?<!\*)\*\*(?!\*)/g, '') // bold in Markdown; masked names have stars too
    .replaceAll('""', '"')
    .replaceAll(/[\u00a0\u202f\u2009]/g, ' ')
    .replaceAll(/\u200b|\u200c|\u200d|\u2060|\ufeff|\u00ad/g, '');
}

const entities: ReadonlyMap<string, string> = new Map([
  ...['quot', '#34', '#x22'].map((name) => [name, '"'] as const),
  ...['apos', '#39', '#x27'].map((name) => [name, "'"] as const),
  ...[
    ['lt', '<'],
    ['gt', '>'],
    ['nbsp', ' '],
    ['laquo', '«'],
    ['raquo', '»'],
    ['ldquo', '“'],
    ['rdquo', '”'],
    ['lsquo', '‘'],
    ['rsquo', '’'],
  ].map(([name, character]) => [name, character] as [string, string]),
]);

/** Tags of HTML, and none of what Python and PostgreSQL print so: `<class 'x'>`, `<unnamed>`. */
const tag = /<\/?(b|i|u|em|strong|code|pre|p|br|span|div|tt|kbd|samp|li|td|a|font|h\d)(?:\s+[\w-]+=[^<>]*)?\s*\/?>/gi;

/** A text that went through a URL: `%22` for a quote, and `+` for a blank where there is no other. */
function fromUrl(text: string): string {
  if (!/%(?:22|20|0A|28|C2%AB)/i.test(text)) return text;
  const blanks = /\s/.test(text) ? text : text.replaceAll('+', ' ');
  return blanks.replaceAll(/(?:%[0-9a-f]{2})+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return escaped;
    }
  });
}

/** UTF-8 that somebody took for Latin-1 (`Ã³` for `ó`), as it was. */
function unbroken(text: string): string {
  if (!/[ÃÂ][\u0080-\u00bf]/.test(text)) return text;
  const bytes = Buffer.from(text, 'latin1');
  const decoded = bytes.toString('utf8');
  return decoded.includes('\ufffd') ? text.replaceAll(/Â(?=[«»])/g, '') : decoded;
}
