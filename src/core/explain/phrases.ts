/**
 * What PostgreSQL says of a unique violation, in the languages that it is translated into: its own message catalogs as of 15
 * (src/backend/po of its source) for those that have them there; Portuguese, Polish, Czech, Turkish and traditional Chinese as
 * they are met, and older wordings. %s is the name of the constraint.
 */
const duplicates: readonly string[] = [
  'duplicate key value violates unique constraint "%s"',
  'duplicate key violates unique constraint "%s"', // 8.4 and older
  'doppelter Schlüsselwert verletzt Unique-Constraint »%s«',
  "la valeur d'une clé dupliquée rompt la contrainte unique « %s »",
  'llave duplicada viola restricción de unicidad «%s»',
  'duplicar valor da chave viola a restrição de unicidade "%s"',
  'un valore chiave duplicato viola il vincolo univoco "%s"',
  'повторяющееся значение ключа нарушает ограничение уникальности "%s"',
  'повторювані значення ключа порушують обмеження унікальності "%s"',
  'podwójna wartość klucza narusza ograniczenie unikalności "%s"',
  'duplicitní hodnota klíče porušuje unikátní omezení "%s"',
  'duplicerat nyckelvärde bryter mot unik-villkor "%s"',
  'tekrar eden kayıt, "%s" tekil kısıtlamasını ihlal etmektedir',
  '重複したキー値は一意性制約"%s"違反となります',
  '重複キーが一意性制約"%s"に違反しています',
  '중복된 키 값이 "%s" 고유 제약 조건을 위반함',
  '重复键违反唯一约束"%s"',
  '重複鍵值違反唯一約束 "%s"',
  'დუბლირებული გასაღების მნიშვნელობა არღვევს უნიკალურ შეზღუდვას "%s"',
];

/** What it says where an index cannot be made, because the rows are there already. */
const indexes: readonly string[] = [
  'could not create unique index "%s"',
  'konnte Unique Index »%s« nicht erstellen',
  'konnte Unique-Index »%s« nicht erstellen',
  'no se pudo crear el índice único «%s»',
  "n'a pas pu créer l'index unique « %s »",
  'não pôde criar índice único "%s"',
  'creazione dell\'indice univoco "%s" fallita',
  'создать уникальный индекс "%s" не удалось',
  'не вдалося створити унікальний індекс "%s"',
  'nie można utworzyć unikalnego indeksu "%s"',
  'kunde inte skapa unikt index "%s"',
  '一意インデックス"%s"を作成できませんでした',
  '"%s" 고유 인덱스를 만들 수 없음',
  '无法创建唯一索引"%s"',
  'უნიკალური ინდექსის შექმნა შეუძლებელია: "%s"',
];

/** Quotes of all languages, as they open and close. */
const quotes: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ['«', '»'],
  ['»', '«'],
  ['„', '“'],
  ['“', '”'],
  ["'", "'"],
];

/**
 * Expressions for a name between quotes, which is their first group. PostgreSQL prints a name as it is, quotes and line breaks in it
 * too: it ends with the quote behind which `after` stands.
 */
export function quotedNames(after: string): string[] {
  return quotes.map(([open, close]) => String.raw`${open}[ \t]?([^]{1,130}?)[ \t]?${close}${after}`);
}

function expressions(phrases: readonly string[]): RegExp {
  const each = phrases.flatMap((phrase) => {
    const [before = '', after = ''] = phrase.replace(/["«»]\s?%s\s?["«»]/, '%s').split('%s');
    const words = (text: string): string =>
      text
        .trim()
        .split(/\s+/)
        .filter((word) => word !== '')
        .map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
        .join(String.raw`\s+`);
    const end = words(after);
    return quotedNames(end === '' ? String.raw`(?![\p{L}\p{N}_])` : String.raw`\s*${end}`).map((name) =>
      [words(before), name].filter((part) => part !== '').join(String.raw`\s*`),
    );
  });
  return new RegExp(each.join('|'), 'giu');
}

/** A phrase that was found: where, and the name in it. */
export interface Found {
  readonly index: number;
  readonly end: number;
  readonly name: string;
}

/** All that a text says of unique constraints that were violated. */
export function duplicatesIn(text: string): Found[] {
  return found(text, duplicateExpression);
}

/** All that it says of unique indexes that could not be made. */
export function failedIndexesIn(text: string): Found[] {
  return found(text, indexExpression);
}

const duplicateExpression = expressions(duplicates);
const indexExpression = expressions(indexes);

function found(text: string, expression: RegExp): Found[] {
  return [...text.matchAll(expression)].map((match) => ({
    index: match.index,
    end: match.index + match[0].length,
    name: match.slice(1).find((name) => name !== undefined) ?? '',
  }));
}
