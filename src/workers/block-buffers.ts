/** The buffers behind one block; they travel to the main thread and come back, and are never copied on the way. */
export interface BlockBuffers {
  readonly bytes: ArrayBuffer;
  readonly lineEnds: ArrayBuffer;
  readonly hashes: ArrayBuffer;
}
