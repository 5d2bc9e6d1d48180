/** Bytes around the payload of a frame: type, channel and size in front of it, one to end it. */
const headBytes = 7;
const tailBytes = 1;

/** Counts the AMQP frames in what one peer says, in whatever pieces it comes. */
export class FrameCount {
  #rest = Buffer.alloc(0);

  /** How many frames end in these bytes, the next of the stream. */
  in(bytes: Buffer): number {
    let rest = Buffer.concat([this.#rest, bytes]);
    let frames = 0;
    while (rest.length >= headBytes) {
      const length = headBytes + rest.readUInt32BE(3) + tailBytes;
      if (rest.length < length) break;
      rest = rest.subarray(length);
      frames++;
    }
    this.#rest = rest;
    return frames;
  }
}
