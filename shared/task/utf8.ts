const encoder = new TextEncoder();

/** The size of `text` in bytes of UTF-8. */
export function bytesOf(text: string): number {
  return encoder.encode(text).length;
}

const ELLIPSIS = '…';

/** `text`, cut to at most `limit` bytes of UTF-8 with an ellipsis at its end; never within a character. */
export function cutToBytes(text: string, limit: number): string {
  // Every character takes at least a byte, so what lies further is beyond the limit, and a huge text is never encoded.
  const head = text.slice(0, limit + 1);
  if (bytesOf(head) <= limit && head.length === text.length) return text.toWellFormed();
  const room = limit - bytesOf(ELLIPSIS);
  const { read } = encoder.encodeInto(head.toWellFormed(), new Uint8Array(room));
  return head.slice(0, read).toWellFormed() + ELLIPSIS;
}
