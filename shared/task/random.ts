/** Chance, as everything here sees it. */
export interface Random {
  /** `bytes` unpredictable bytes, as lower-case hexadecimal digits. */
  hex(bytes: number): string;
  /** A number from 0 up to, and without, 1. */
  fraction(): number;
}
