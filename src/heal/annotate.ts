/** Says something on an error that goes on to the caller: in its message, where logs show it, and in its stack. */
export function annotate(error: unknown, text: string): void {
  if (!(error instanceof Error)) return;
  const before = error.message;
  const stack = error.stack;
  try {
    error.message = `${before}\npgseq: ${text}`;
    if (stack !== undefined) error.stack = stack.replace(before, () => error.message);
  } catch {
    // Somebody has frozen it
  }
}
