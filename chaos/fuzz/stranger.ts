/** Where a message is put. `route`: to whom it is routed by the key of its type; `delayed`: it comes to the queue a little later. */
export type Target =
  | { kind: 'queue' | 'delayed'; queue: string }
  | { kind: 'route'; route: string }
  | { kind: 'dead-letters' | 'journal' | 'replies' | 'telemetry' };

/** What a stranger has put somewhere, and what its body was as a text to whom it came to. */
export type Put = {
  number: number;
  target: Target;
  /** Bytes, as they went. */
  body: Buffer;
  /** The work queues that it goes to. */
  queues: readonly string[];
  /** What else was said with it, for people. */
  with: object;
};

/** Somebody who knows how to reach a broker beside the platform, and keeps to none of its rules. */
export type Stranger = {
  /** Puts one message somewhere. Resolves once it is there. */
  put(number: number, target: Target, body: Buffer): Promise<Put>;
  /** What still sleeps on its way to a work queue. */
  asleep(): Promise<{ queue: string; text: string }[]>;
  close(): Promise<void>;
};
