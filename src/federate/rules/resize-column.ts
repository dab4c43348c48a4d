/**
 * The column with another length, what is new being 0. The memory of `column`, which must not be used any more, is let go
 * of at once: a column that grows would otherwise leave as much behind for the garbage collector as it holds.
 */
export function resizeColumn(column: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  return new Float64Array(column.buffer.transfer(length * column.BYTES_PER_ELEMENT));
}
