/**
 * How PostgreSQL calls an error, in the languages that it speaks: a server writes its messages in that of its lc_messages, and a
 * program that passes them on has no other sign. Source: `msgid "ERROR"`, `"FATAL"` and `"PANIC"` in src/backend/po/*.po of 13 to 18.
 */
const errorWords: ReadonlySet<string> = new Set(
  [
    'ERROR FATAL PANIC error fatal', // English, Spanish and Japanese; the small ones are psql's own
    'FEHLER PANIK', // German
    'ERREUR', // French
    'ERRORE FATALE PANICO', // Italian
    'შეცდომა ფატალური პანიკა', // Georgian
    '오류 치명적오류 손상', // Korean
    'BŁĄD', // Polish
    'ERRO', // Portuguese
    'ОШИБКА ВАЖНО ПАНИКА', // Russian
    'FEL FATALT', // Swedish
    'HATA', // Turkish
    'ПОМИЛКА ФАТАЛЬНО ПАНІКА', // Ukrainian
    '错误 致命错误 比致命错误还过分的错误', // Chinese
  ].flatMap((words) => words.split(' ')),
);

/** Whether a message's first word says that it is an error. */
export function saysError(word: string): boolean {
  return errorWords.has(word);
}
