import { METHODS } from 'node:http';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { BreakerState } from '../partners/breaker.ts';

/**
 * What is counted, for Prometheus. A client that went away before the end is a 499, as nginx has it, and a service that broke off before the end a
 * 502, whatever it had begun with.
 */
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests = new Counter({
    name: 'gateway_requests_total',
    help: 'Requests that have ended, by route ("-": the gateway itself), method and status.',
    labelNames: ['route', 'method', 'status'],
    registers: [this.registry],
  });
  private readonly inHand = new Gauge({
    name: 'gateway_requests_in_hand',
    help: 'Requests that have begun and not ended, streams included.',
    registers: [this.registry],
  });
  private readonly answers = new Histogram({
    name: 'gateway_answer_seconds',
    help: 'Time until a service began to answer, by route.',
    labelNames: ['route'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
    registers: [this.registry],
  });
  private readonly breakers = new Gauge({
    name: 'gateway_breaker_state',
    help: 'The breaker of a route: 0 closed, 1 half-open, 2 open.',
    labelNames: ['route'],
    registers: [this.registry],
  });

  began(): void {
    this.inHand.inc();
  }

  ended(route: string, method: string, status: number): void {
    this.inHand.dec();
    this.requests.inc({ route, method: METHODS.includes(method) ? method : 'other', status });
  }

  answered(route: string, ms: number): void {
    this.answers.observe({ route }, ms / 1_000);
  }

  breaker(route: string, state: BreakerState): void {
    this.breakers.set({ route }, { closed: 0, 'half-open': 1, open: 2 }[state]);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}
