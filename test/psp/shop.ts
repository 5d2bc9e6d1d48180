/** What came back: `json` is whatever it says. */
// biome-ignore lint/suspicious/noExplicitAny: the tests say what it must be
export type Said = { status: number; json: any; headers: Headers };

type Charge = { orderId?: string; amount?: unknown; card?: string; key?: string; customerKey?: unknown };

/** A shop that asks a payment provider over HTTP. It shares no code with either side. */
export class Shop {
  constructor(
    readonly url: string,
    private readonly secretKey: string,
  ) {}

  headers(key?: string): Record<string, string> {
    return {
      authorization: `Basic ${Buffer.from(`${this.secretKey}:`).toString('base64')}`,
      'content-type': 'application/json',
      ...(key !== undefined && { 'idempotency-key': key }),
    };
  }

  async get(path: string): Promise<Said> {
    return said(await fetch(`${this.url}${path}`, { headers: this.headers() }));
  }

  async post(path: string, body: unknown, key?: string, signal?: AbortSignal): Promise<Said> {
    const json = JSON.stringify(body);
    const init = { method: 'POST', headers: this.headers(key), body: json, ...(signal && { signal }) };
    return said(await fetch(`${this.url}${path}`, init));
  }

  charge({ card = 'card-kim', key, ...body }: Charge = {}, signal?: AbortSignal): Promise<Said> {
    return this.post(`/v1/billing/${card}`, { ...chargeOf(), ...body }, key, signal);
  }

  cancel(paymentKey: string, body: object = { cancelReason: 'no chicken' }, key?: string): Promise<Said> {
    return this.post(`/v1/payments/${paymentKey}/cancel`, body, key);
  }

  find(orderId: string): Promise<Said> {
    return this.get(`/v1/payments/orders/${orderId}`);
  }

  transactions(query: Record<string, string> = {}): Promise<Said> {
    const always = { startDate: '2000-01-01T00:00:00', endDate: '2100-01-01T00:00:00' };
    return this.get(`/v1/transactions?${new URLSearchParams({ ...always, ...query })}`);
  }

  async control(knobs?: unknown, headers: Record<string, string> = {}): Promise<Said> {
    const json = { 'content-type': 'application/json' };
    const change = { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(knobs) };
    return said(await fetch(`${this.url}/control`, knobs === undefined ? { headers } : change));
  }
}

export const chargeOf = () => ({
  customerKey: 'kim',
  amount: 38_000,
  orderId: 'order-1',
  orderName: 'two fried chickens',
});

async function said(response: Response): Promise<Said> {
  return { status: response.status, json: JSON.parse(await response.text()), headers: response.headers };
}
