/**
 * What PostgreSQL says, in the languages that it is translated into: its own message catalogs (src/backend/po of its source) as of 15 and
 * of 19, and a few older wordings; of each language that which differs. %s is the name of the constraint.
 */
const duplicates: readonly string[] = [
  'duplicate key value violates unique constraint "%s"',
  'duplicate key violates unique constraint "%s"', // 8.4 and older
  'doppelter Schlüsselwert verletzt Unique-Constraint »%s«',
  "la valeur d'une clé dupliquée rompt la contrainte unique « %s »",
  'llave duplicada viola restricción de unicidad «%s»',
  'duplicar valor da chave viola a restrição de unicidade "%s"',
  'un valore chiave duplicato viola il vincolo univoco "%s"',
  'il valore di chiave duplicato viola il vincolo univoco "%s"',
  'повторяющееся значение ключа нарушает ограничение уникальности "%s"',
  'повторювані значення ключа порушують обмеження унікальності "%s"',
  'podwójna wartość klucza narusza ograniczenie unikalności "%s"',
  'duplicerat nyckelvärde bryter mot unik-villkor "%s"',
  'tekrar eden kayıt, "%s" tekil kısıtlamasını ihlal etmektedir',
  'nilai kunci ganda melanggar batasan unik « %s »',
  '重複したキー値は一意性制約"%s"違反となります',
  '重複キーが一意性制約"%s"に違反しています',
  '중복된 키 값이 "%s" 고유 제약 조건을 위반함',
  '重复键违反唯一约束"%s"',
  '重复键值违反唯一约束 "%s"',
  '重複的鍵值違反唯一限制 "%s"',
  'დუბლირებული გასაღების მნიშვნელობა არღვევს უნიკალურ შეზღუდვას "%s"',
];

/** What it says where an index cannot be made, because the rows are there already. */
const indexes: readonly string[] = [
  'could not create unique index "%s"',
  'konnte Unique Index »%s« nicht erstellen',
  'konnte Unique-Index »%s« nicht erstellen',
  'no se pudo crear el índice único «%s»',
  "n'a pas pu créer l'index unique « %s »",
  'não foi possível criar o índice único "%s"',
  'creazione dell\'indice univoco "%s" fallita',
  'non è stato possibile creare l\'indice univoco "%s"',
  'создать уникальный индекс "%s" не удалось',
  'не вдалося створити унікальний індекс "%s"',
  'nie można utworzyć unikalnego indeksu "%s"',
  'kunde inte skapa unikt index "%s"',
  '"%s" tekil (unique) indeksi yaratılamadı',
  'tidak dapat membuat index unik « %s »',
  '一意インデックス"%s"を作成できませんでした',
  'ユニークインデックス"%s"を作成できませんでした',
  '"%s" 고유 인덱스를 만들 수 없음',
  '无法创建唯一索引"%s"',
  '無法建立唯一索引 "%s"',
  'უნიკალური ინდექსის შექმნა შეუძლებელია: "%s"',
];

/** What it says where something has no name there: a sequence, or a relation that may be one. */
const missing: readonly string[] = [
  'sequence "%s" does not exist',
  'relation "%s" does not exist',
  'Sequenz »%s« existiert nicht',
  'Relation »%s« existiert nicht',
  "la séquence « %s » n'existe pas",
  "la relation « %s » n'existe pas",
  'no existe la secuencia «%s»',
  'no existe la relación «%s»',
  'la sequenza "%s" non esiste',
  'la relazione "%s" non esiste',
  'sequência "%s" não existe',
  'relação "%s" não existe',
  'последовательность "%s" не существует',
  'отношение "%s" не существует',
  'послідовність "%s" не існує',
  'відношення "%s" не існує',
  'sekwencja "%s" nie istnieje',
  'relacja "%s" nie istnieje',
  'sekvens "%s" finns inte',
  'relationen "%s" existerar inte',
  'sequence "%s" mevcut değil',
  '"%s" nesnesi mevcut değil',
  'sequence « %s » tidak ada',
  'relasi « %s » tidak ada',
  'シーケンス"%s"は存在しません',
  'リレーション"%s"は存在しません',
  '"%s" 시퀀스 없음',
  '"%s" 이름의 릴레이션(relation)이 없습니다',
  '序列 "%s" 不存在',
  '关系 "%s" 不存在',
  '關聯 "%s" 不存在',
  'მიმდევრობა "%s" არ არსებობს',
  'ურთიერთობა "%s" არ არსებობს',
];

/** What it says where a role may not draw from a sequence; its name has no quotes there. */
const denied: readonly string[] = [
  'permission denied for sequence "%s"',
  'keine Berechtigung für Sequenz »%s«',
  'droit refusé pour la séquence « %s »',
  'permiso denegado a la secuencia «%s»',
  'permissão negada para sequência "%s"',
  'permesso negato per la sequenza "%s"',
  'нет доступа к последовательности "%s"',
  'немає дозволу для послідовності "%s"',
  'odmowa dostępu do sekwencji "%s"',
  'rättighet saknas för sekvens "%s"',
  '"%s" sequence\'ine erişim izni verilmedi',
  'ijin ditolak untuk \'sequence\' "%s"',
  'シーケンス "%s" へのアクセスが拒否されました',
  '"%s" 시퀀스 접근 권한 없음',
  '对于序列 "%s", 权限不够',
  '对序列 "%s" 的权限不足',
  '对序列 "%s" 权限不够',
  '序列 "%s" 權限不足',
  'წვდომა აკრძალულია მიმდევრობაზე: "%s"',
];

/** What it says of a whole number that is too large for its type. The type's name is the group, where it is said. */
const ranges = new RegExp(
  [
    String.raw`(?<![\p{L}_])(smallint|integer|bigint)'?\s*(?:out of range|ist außerhalb des gültigen Bereichs|fuera de rango|en dehors des limites|fora do intervalo|fuori dall'intervallo|utanför (?:giltigt|sitt) intervall|вне диапазона|поза діапазоном|poza zakresem|sıra dışıdır|melebihi jangkauan|diluar jangkauan|დიაპაზონს გარეთაა|の範囲外です|의 범위를 벗어났습니다|超出范围|超過範圍)`,
    String.raw`value "[^"\n]*" is out of range for type (smallint|integer|bigint)`,
    String.raw`(?:fuori dall'intervallo consentito per il tipo|poza zakresem) (smallint)`,
    "entier en dehors des limites|entero fuera de rango|inteiro fora do intervalo|intero fuori dall'intervallo|heltal utanför giltigt intervall|liczba całkowita poza zakresem|целое вне диапазона|ціле(?: число)? поза діапазоном|biginit değeri sıra dışıdır|მთელი მნიშვნელობა დიაპაზონს გარეთაა|정수 범위를 벗어남|整数超出范围",
  ].join('|'),
  'giu',
);

/**
 * What it says where a column has no value that must have one: %c is the column, %t its table, which versions before 13 do not name. Only
 * what stands between tells where a name ends.
 */
const nulls: readonly string[] = [
  'null value in column %c of relation %t violates not-null constraint',
  'null value in column %c violates not-null constraint',
  'NULL-Wert in Spalte %c von Relation %t verletzt Not-Null-Constraint',
  'NULL-Wert in Spalte %c verletzt Not-Null-Constraint',
  'une valeur NULL viole la contrainte NOT NULL de la colonne %c dans la relation %t',
  'el valor nulo en la columna %c de la relación %t viola la restricción',
  'el valor nulo en la columna %c viola la restricción',
  'o valor nulo na coluna %c da relação %t viola a restrição de não-nulo',
  'il valore nullo nella colonna %c della relazione %t viola il vincolo non nullo',
  'il valore null nella colonna %c della relazione %t viola il vincolo not-null',
  'значение NULL в столбце %c отношения %t нарушает ограничение NOT NULL',
  'значение NULL в столбце %c нарушает ограничение NOT NULL',
  'null значення в стовпці %c відношення %t порушує not-null обмеження',
  'pusta wartość w kolumnie %c narusza ograniczenie wymaganej wartości',
  'null-värde i kolumn %c i relation %t bryter mot not-null-villkoret',
  '%c sütununda null değeri not-null kısıtlamasını ihlal ediyor',
  'nilai NULL dalam kolom %c melanggar not-null constraint',
  'リレーション%tの列%cのNULL値が非NULL制約に違反しています',
  '%c 칼럼(해당 릴레이션 %t)의 null 값이 not null 제약조건을 위반했습니다',
  '关系 %t 的列 %c 中的 NULL 值违反非空约束',
  '在字段 %c 中空值违反了非空约束',
  '關聯 %t 的欄位 %c 中的 NULL 值違反非空條件約束',
  'ნულოვანი მნიშვნელობა სვეტში %c ურთიერთობისთვის %t არანულოვან შეზღუდვას არღვევს',
];

/** Quotes of all languages, of typesetters and of Markdown, as they open and close. */
const quotes: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ['«', '»'],
  ['»', '«'],
  ['„', '“'],
  ['“', '”'],
  ['”', '”'],
  ["'", "'"],
  ['‘', '’'],
  ['’', '’'],
  ['`', '`'],
  ['‹', '›'],
  ['「', '」'],
  ['『', '』'],
  ['＂', '＂'],
];

/**
 * Expressions for a name between quotes, which is their first group. PostgreSQL prints a name as it is, quotes and line breaks in it
 * too: it ends with the quote behind which `after` stands.
 */
function quotedNames(after: string): string[] {
  return quotes.map(([open, close]) => String.raw`${open}[ \t]?([^]{1,130}?)[ \t]?${close}${after}`);
}

/** What may stand around a name that lost its quotes: brackets, stars, quotes that do not match. */
const wrapping = String.raw`[^\p{L}\p{N}\s_.,;!?]{0,4}`;

/** Words that follow a message in a sentence, and are no names. */
const words =
  'on|in|of|for|from|with|and|or|is|was|at|the|that|this|to|by|as|because|after|when|while|error|details?|key|sql|sqlstate|code|hint|where|statement|violation|constraint|named?|called|does|no|not';

/** A name without its quotes, as a shell, a log or a reader leaves it. Long enough words are names too, where they look like none of ours. */
const bareName = String.raw`(?<![\p{L}\p{N}_$])(?!(?:${words})(?![\p{L}\p{N}_$]))([\p{L}_][\p{L}\p{N}_$]{0,62}(?:\.[\p{L}_][\p{L}\p{N}_$]{0,62})?)`;

function expressions(phrases: readonly string[]): RegExp {
  const each = phrases.map((phrase) => {
    const [before = '', after = ''] = phrase.replace(/["«»]\s?%s\s?["«»]/, '%s').split('%s');
    const end = pattern(after);
    const names = [
      ...quotedNames(end === '' ? String.raw`(?![\p{L}\p{N}_])` : String.raw`\s*${end}`),
      end === ''
        ? String.raw`${wrapping}\s?${bareName}(?![\p{L}\p{N}_$])`
        : String.raw`(?<!\w)([A-Za-z_][\w$]{0,62})${wrapping}\s*${end}`, // no blank need stand around it
    ];
    const start = pattern(before);
    // A message that ends where its name should stand is one all the same
    return start === ''
      ? `(?:${names.join('|')})`
      : String.raw`${start}(?:\s*(?:${names.join('|')})${end === '' ? '|' : ''})`;
  });
  return new RegExp(each.join('|'), 'giu');
}

/** Words with any blanks between them. */
function pattern(text: string): string {
  return text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join(String.raw`\s+`);
}

/** A phrase that was found: where, and the name in it; empty where it has none. */
export interface FoundPhrase {
  readonly index: number;
  readonly end: number;
  readonly name: string;
  /** Where the message names it beside another name. */
  readonly table?: string | null;
}

/** All that a text says of unique constraints that were violated. */
export function duplicatesIn(text: string): FoundPhrase[] {
  return found(text, duplicateExpression);
}

/** All that it says of unique indexes that could not be made. */
export function failedIndexesIn(text: string): FoundPhrase[] {
  return found(text, indexExpression).filter(({ name }) => name !== '');
}

/** All that it says of sequences that do not exist; of relations, only those that are meant as sequences. */
export function missingIn(text: string): FoundPhrase[] {
  return found(text, missingExpression).filter(({ index, end, name }) => {
    const before = text.slice(Math.max(0, index - 1000), index);
    const line = before.slice(before.lastIndexOf('\n') + 1) + text.slice(index, end + 120);
    return (
      name !== '' && (/seq/i.test(name) || /\b(?:next|set|curr)val\b/i.test(line) || named.test(text.slice(index, end)))
    );
  });
}

/** All that it says of sequences that a role may not draw from. */
export function deniedIn(text: string): FoundPhrase[] {
  return found(text, deniedExpression).filter(({ name }) => name !== '');
}

/** All that it says of columns without a value, of those that a sequence may feed by their names: the name is the column. */
export function nullsIn(text: string): FoundPhrase[] {
  return [...text.matchAll(nullExpression)].flatMap((match) => {
    const said = (role: 'c' | 't'): string | undefined =>
      match.slice(1).find((name, i) => name !== undefined && nullRoles[i] === role);
    const column = said('c') ?? '';
    return numbered.test(column)
      ? [{ index: match.index, end: match.index + match[0].length, name: column, table: said('t') ?? null }]
      : [];
  });
}

/** Names of columns that ids stand in. */
const numbered = /^(?:pk|key|nr|num|number|no|code)$|id$|^id|_(?:no|nr|num|pk|key)$/i;

const mark = String.raw`["«»„“”'‘’\x60‹›]?`;

/** Of each group of `nullExpression`, whether a column or a table stands in it. */
const nullRoles: ('c' | 't')[] = [];

const nullExpression = new RegExp(
  nulls
    .map((phrase) => {
      const within = String.raw`${mark}\s?([^\n]{1,130}?)\s?${mark}`;
      const between = [String.raw`"([^"\n]{1,130})"`, String.raw`«\s?([^»\n]{1,130}?)\s?»`];
      // With nothing before it, only its quotes tell where a name begins; with nothing behind it, the end of the word may do
      const [first, last] = [between, [...between, String.raw`([\p{L}_][\p{L}\p{N}_$]*)`]];
      const words = pattern(phrase);
      return words.replaceAll(/%([ct])/g, (place, role: 'c' | 't', at: number) => {
        const one = at === 0 ? first : at + place.length === words.length ? last : [within];
        nullRoles.push(...one.map(() => role));
        return `(?:${one.join('|')})`;
      });
    })
    .join('|'),
  'giu',
);

/** The word for a sequence, in the languages of `missing`. */
const named =
  /^(?:sequence|Sequenz|la séquence|no existe la secuencia|la sequenza|sequência|последовательность|послідовність|sekwencja|sekvens|シーケンス|序列|მიმდევრობა)|시퀀스/iu;

/** All that it says of whole numbers that are too large; the name is the type, empty where the message has none. */
export function rangesIn(text: string): FoundPhrase[] {
  return found(text, ranges);
}

/** `nextval: reached maximum value of sequence "x" (2147483647)`, in every language, with its quotes or without. */
export function limitsIn(text: string): FoundPhrase[] {
  return found(text, limit);
}

const limit = new RegExp(
  [
    String.raw`nextval(?!\s*\()[^\n"'«»„“”]{0,60}(?:${quotedNames(String.raw`[^\n\d-]{0,40}-?\d+`).join('|')})`,
    String.raw`reached\s+(?:maximum|minimum)\s+value\s+of\s+sequence\s*(?:${quotedNames(String.raw`(?![\p{L}\p{N}_])`).join('|')}|${wrapping}\s?${bareName})`,
    String.raw`nextval(?!\s*\()[^\n(]{0,80}?(?<![\p{L}\p{N}_$])([\p{L}_][\p{L}\p{N}$]*_[\p{L}\p{N}_$]*)[^\n\d(]{0,40}\(-?\d+`,
  ].join('|'),
  'giu',
);

const duplicateExpression = expressions(duplicates);
const indexExpression = expressions(indexes);
const deniedExpression = expressions(denied);
const missingExpression = expressions(missing);

function found(text: string, expression: RegExp): FoundPhrase[] {
  return [...text.matchAll(expression)].map((match) => ({
    index: match.index,
    end: match.index + match[0].length,
    name: match.slice(1).find((name) => name !== undefined) ?? '',
  }));
}
