import { readCellValue } from './csv-cell.ts';

/** The type of a column's cells; `empty` where none has text. */
export type ColumnType = 'empty' | 'integer' | 'number' | 'boolean' | 'date' | 'string';

/** One column's figures, as the action `csv-profile` states them. */
export interface ColumnProfile {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullCount: number;
  readonly distinctCount: number;
  /** A number, or a date as its cell wrote it. */
  readonly min?: number | string;
  readonly max?: number | string;
  readonly mean?: number;
}

/** A cell that may be a column's first or last in order. */
interface Extreme {
  readonly order: number;
  readonly shown: number | string;
}

/**
 * Summed numbers are scaled by this power of two, which loses nothing but digits of numbers below 1e-290: 2^20 of the largest
 * doubles then sum without overflow, more than a CSV of 256 KiB has cells.
 */
const SUM_SCALE = 2 ** -20;

/** Gathers one column's figures, cell by cell. */
export class CsvColumn {
  readonly #name: string;
  readonly #texts = new Set<string>();
  #type: ColumnType = 'empty';
  #filled = 0;
  #scaledSum = 0;
  #first: Extreme | undefined;
  #last: Extreme | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** Counts one row's cell; a row that lacks it need not tell. */
  add(text: string): void {
    if (text === '') return;
    this.#filled += 1;
    this.#texts.add(text);
    if (this.#type === 'string') return;
    const cell = readCellValue(text);
    this.#type = joinTypes(this.#type, cell.type);
    if ('value' in cell) {
      this.#scaledSum += cell.value * SUM_SCALE;
      this.#stretch({ order: cell.value, shown: cell.value });
    } else if ('instant' in cell) {
      this.#stretch({ order: cell.instant, shown: text });
    }
  }

  /** The figures over `rowCount` rows; the cells that were never added are null. */
  profile(rowCount: number): ColumnProfile {
    return {
      name: this.#name,
      type: this.#type,
      nullCount: rowCount - this.#filled,
      distinctCount: this.#texts.size,
      ...this.#range(),
    };
  }

  #stretch(cell: Extreme): void {
    if (this.#first === undefined || cell.order < this.#first.order) this.#first = cell;
    if (this.#last === undefined || cell.order > this.#last.order) this.#last = cell;
  }

  #range(): Pick<ColumnProfile, 'min' | 'max' | 'mean'> {
    if (this.#type === 'string' || this.#first === undefined || this.#last === undefined) return {};
    const range = { min: this.#first.shown, max: this.#last.shown };
    if (this.#type === 'date') return range;
    const mean = this.#scaledSum / this.#filled / SUM_SCALE;
    // Rounding may carry the mean of nearly equal numbers past them.
    return { ...range, mean: Math.min(Math.max(mean, this.#first.order), this.#last.order) };
  }
}

function joinTypes(one: ColumnType, other: ColumnType): ColumnType {
  if (one === other || one === 'empty') return other;
  return isNumeric(one) && isNumeric(other) ? 'number' : 'string';
}

function isNumeric(type: ColumnType): boolean {
  return type === 'integer' || type === 'number';
}
