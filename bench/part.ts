import type { Provided } from '../scripts/rabbitmq.js';
import type { Figures } from './measured.ts';

/** How much a part measures; each part has its own share of this. */
export type Length = {
  /** Whole journeys in one go. */
  orders: number;
  /** How often, interleaved with what it is compared with. */
  rounds: number;
  /** How long load lasts, or questions are asked, each time. */
  seconds: number;
  /** How long the dashboard is watched. */
  minutes: number;
  /** Orders in store when most is measured. */
  stored: number;
  /** Orders that wait for the kitchen, at most. */
  inFlight: number;
};

/** What a part is given to work with. */
export type Bench = {
  figures: Figures;
  /** The RabbitMQ of this run, started when somebody first asks. */
  rabbitMq(): Promise<Provided>;
  /** Told of the redis-server that something was measured on. */
  onRedis(server: string): void;
};

/** One thing to measure. */
export type Part = {
  name: string;
  /** What it measures, in a sentence. */
  what: string;
  /** How much of it there usually is, and with `--full`; a length that is not named here means nothing to it. */
  usual: Partial<Length>;
  full: Partial<Length>;
  run(length: Length, bench: Bench): Promise<void>;
};
