import stringWidth from 'string-width';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Refused, TimedOut } from '../../../src/client/errors.ts';
import type { JournalEvent } from '../../../src/readmodel/order-fold.ts';
import { cancelled, delivered, event, noon } from '../../readmodel/stories.ts';
import { type DashboardStage, dashboardStage, type StageOptions } from './stage.ts';

const test = suite('the screens of the dashboard');

/** A test of its own dashboard. */
const on = (title: string, options: StageOptions, body: (at: DashboardStage) => Promise<void>) =>
  test(title, async () => {
    const at = dashboardStage(options);
    try {
      await body(at);
    } finally {
      at.close();
    }
  });

const placed = (orderId: string, more: Partial<JournalEvent> = {}) =>
  delivered(orderId)
    .slice(0, 4)
    .map((one) => ({ ...one, ...more, id: `${one.id}` }));

const later = (events: JournalEvent[], byMs: number) => events.map((one) => ({ ...one, at: one.at + byMs }));
const cooking = (orderId: string) => delivered(orderId).slice(0, 5);

const buried = (letterId: string, at: number): JournalEvent => ({
  id: letterId,
  type: 'MessageBuried',
  key: letterId,
  at: noon + at,
  data: {
    letterId,
    queue: 'baedal.v1.order.0',
    actor: 'order',
    type: 'AcceptOrder',
    orderId: 'o1',
    messageId: `m-${letterId}`,
    reason: `no room ${letterId}`,
    attempts: 16,
    at: noon + at,
    body: '{"a":1}',
  },
});

const footer = (at: DashboardStage) => at.lines().at(-1)!;
const notice = (at: DashboardStage) => at.lines().at(-2)!;
const row = (at: DashboardStage, text: string) => at.lines().find((line) => line.includes(text)) ?? '';

on('where nothing is in flight it says so, and how to go on', {}, async (at) => {
  assert.match(at.text(), /No orders in flight\. n places one/);
  assert.match(footer(at), /n new order/);
});

on(
  'orders in flight are shown, the one that waits longest first, each with glyph, word and age',
  { events: [...later(placed('young'), 5_000), ...placed('old'), ...delivered('done')] },
  async (at) => {
    const [first, second] = at.lines().filter((line) => /old|young/.test(line));
    assert.match(first!, /▸ old .*Chicken .*Fried ×2 .*38,000 {2}○ placed .* 10s {2}kim/);
    assert.match(second!, /young/);
    assert.not.match(at.text(), /done/);
    assert.match(at.lines()[1]!, /in flight 2 .*delivered 1/);
  },
);

on(
  'what happens meanwhile is there at the next look, and the chosen order stays chosen',
  {
    events: [...placed('o1'), ...later(placed('o2'), 1_000)],
  },
  async (at) => {
    await at.press('down');
    assert.match(row(at, 'o2'), /^▸/);
    at.tell(...later(placed('o0'), -1_000));
    await at.look();
    assert.match(row(at, 'o0'), /^ {2}o0/);
    assert.match(row(at, 'o2'), /^▸/);
  },
);

on('frozen, nothing moves until it is thawed', { events: placed('o1') }, async (at) => {
  await at.press('f');
  at.tell(...placed('o2'));
  await at.look();
  await at.press('down');
  assert.match(at.lines()[0]!, /FROZEN/);
  assert.not.match(at.text(), /o2/);
  await at.press('f');
  assert.match(at.text(), /o2/);
  assert.not.match(at.lines()[0]!, /FROZEN/);
});

on(
  'a filter shows what matches, letter by letter, and Esc clears it',
  {
    events: [...placed('abc1'), ...placed('xyz2')],
  },
  async (at) => {
    await at.press('/');
    await at.type('xy');
    assert.match(notice(at), /filter: xy/);
    assert.not.match(at.text(), /abc1/);
    await at.press('enter');
    assert.match(notice(at), /\/xy/);
    assert.match(at.text(), /xyz2/);
    await at.press('escape');
    assert.match(at.text(), /abc1/);
    await at.press('/');
    await at.type('배달');
    assert.match(at.text(), /Nothing matches/);
    await at.press('escape');
    assert.match(at.text(), /abc1/);
  },
);

on(
  'faults only shows what went wrong',
  {
    events: [
      ...placed('fine'),
      ...placed('slow').concat(
        event('OrderCancelling', 70, { orderId: 'slow', customerId: 'kim', attempt: 1, reason: 'x' }),
      ),
    ],
  },
  async (at) => {
    await at.press('!');
    assert.match(at.text(), /slow .*▲ cancelling/);
    assert.not.match(at.text(), /fine/);
    assert.match(notice(at), /faults only/);
    await at.press('!');
    assert.match(at.text(), /fine/);
  },
);

on('s shows every order, the newest first', { events: [...delivered('done'), ...cancelled('gone')] }, async (at) => {
  await at.press('s');
  assert.match(at.text(), /● delivered/);
  assert.match(at.text(), /⊘ cancelled/);
});

on(
  'an order’s story has every event with its time, the money, and the messages',
  {
    events: [...delivered('o1'), { id: 'x', type: 'OrderBlessed', key: 'o1', at: noon + 99, data: { by: 'the chef' } }],
  },
  async (at) => {
    await at.press('s', 'enter');
    const text = at.text();
    assert.match(at.lines()[0]!, /▸ Orders ▸ o1/);
    assert.match(text, /● delivered {2}38,000 won paid · rider r1/);
    assert.match(text, /\+10 ms {2}payment approved +38,000 won · p/);
    assert.match(text, /too late to cancel/);
    assert.match(text, /kim ← placed!/);
    assert.match(text, /OrderBlessed +\{"by":"the chef"\}/, 'an event of an unknown type as it came');
    await at.press('escape');
    assert.match(at.lines()[0]!, /▸ Orders {2}/);
  },
);

on('a long story scrolls, and ends at its end', { events: delivered('o1'), rows: 24 }, async (at) => {
  at.tell(
    ...Array.from({ length: 40 }, (_, i) => ({ id: `s${i}`, type: 'Odd', key: 'o1', at: noon + 100 + i, data: { i } })),
  );
  await at.press('s', 'enter');
  assert.not.match(at.text(), /"i":39/);
  await at.press('end');
  assert.match(at.text(), /kim ← placed!/);
  await at.press('up', 'up');
  assert.match(at.text(), /"i":39/);
  await at.press('home');
  assert.match(at.text(), /● delivered/);
});

on(
  'the kitchen accepts, cooks and refuses, each only what it can be done to',
  {
    events: [...placed('new'), ...later(cooking('hot'), 1_000)],
  },
  async (at) => {
    await at.press('2');
    assert.match(row(at, 'new'), /^▸/);
    assert.match(footer(at), /a accept {2}x refuse/);
    assert.not.match(footer(at), /cooked/);
    at.world.answer = async () => ({ status: 'accepted' });
    await at.press('a');
    assert.equal(at.asked, [{ type: 'AcceptOrder', data: { orderId: 'new' } }]);
    assert.match(notice(at), /new is ◑ accepted/);
    await at.press('down', 'a');
    assert.is(at.asked.length, 1, 'what is accepted is not accepted again');
    await at.press('d', 'up', 'x');
    assert.match(notice(at), /Why is new refused\?/);
    await at.press('enter');
    assert.is(at.asked.length, 2, 'nobody is refused without a word');
    await at.press('x');
    await at.type('out of chicken');
    await at.press('enter');
    assert.equal(at.asked.slice(1), [
      { type: 'FinishCooking', data: { orderId: 'hot' } },
      { type: 'RefuseOrder', data: { orderId: 'new', reason: 'out of chicken' } },
    ]);
  },
);

on('the riders claim, pick up and deliver', { events: delivered('o1').slice(0, 6) }, async (at) => {
  await at.press('3', 'a');
  await at.type('no such/rider');
  await at.press('enter');
  assert.match(at.text(), /The rider must be 1 to 64 letters/);
  await at.press('a');
  await at.type('choi');
  await at.press('enter');
  at.tell(event('RiderAssigned', 40, { orderId: 'o1', customerId: 'kim', riderId: 'choi' }));
  await at.look();
  await at.press('p');
  at.tell(event('DeliveryDeparted', 50, { orderId: 'o1', customerId: 'kim', riderId: 'choi' }));
  await at.look();
  await at.press('d');
  assert.equal(
    at.asked.map(({ type }) => type),
    ['ClaimDelivery', 'PickUpDelivery', 'CompleteDelivery'],
  );
  assert.equal(at.asked[0]!.data, { orderId: 'o1', riderId: 'choi' });
});

on('cancelling asks first', { events: placed('o1') }, async (at) => {
  await at.press('c');
  assert.match(notice(at), /Cancel o1\? .*y yes · n no/);
  await at.press('n');
  assert.equal(at.asked, []);
  await at.press('c', 'y');
  assert.is(at.asked[0]?.type, 'CancelOrder');
});

on('a refusal is said, and the screen goes on', { events: placed('o1') }, async (at) => {
  at.world.answer = async () => {
    throw new Refused('too-late', 'The order o1 is on-the-way already, so it can no longer be cancelled.');
  };
  await at.press('c', 'y');
  assert.match(notice(at), /can no longer be cancelled/);
  await at.press('down');
  assert.not.match(notice(at), /can no longer/);
});

/** To where the order is to be paid. */
async function toTheTill(at: DashboardStage) {
  await at.press('n', 'enter', '+', '+', 'down', '+', 'enter');
  await at.type('kim');
  await at.press('enter');
}

on('an order is made by keys: store, items, quantities, customer, payment', {}, async (at) => {
  await at.press('n');
  assert.match(at.text(), /▸ Crispy Chicken/);
  await at.press('enter', '+', '+', '-', '+', 'down', '+', 'down', '+');
  assert.match(notice(at), /Wings: sold out/);
  assert.match(at.text(), /in all 40,000 won/);
  await at.press('enter');
  assert.match(notice(at), /Who orders\?/);
  await at.type('k im');
  await at.press('enter');
  assert.match(at.text(), /CUSTOMER must be 1 to 64 letters/);
  await at.press('enter');
  await at.type('kim');
  await at.press('enter');
  assert.match(at.text(), /Crispy Chicken: Fried ×2, Cola ×1/);

  let answer = (_: { status: string; totalWon: number }) => {};
  at.world.answer = () => new Promise((resolve) => (answer = resolve));
  await at.press('enter');
  assert.match(at.text(), /The payment is being decided/);
  answer({ status: 'placed', totalWon: 40_000 });
  await at.press('x');
  assert.match(at.text(), /○ placed {2}new-order/);
  const lines = [
    { itemId: 'fried', quantity: 2 },
    { itemId: 'cola', quantity: 1 },
  ];
  assert.equal(at.asked[0]!.data, {
    orderId: 'new-order',
    customerId: 'kim',
    storeId: 'chicken',
    lines,
    billingKey: 'card-kim',
  });
  at.tell(...placed('new-order'));
  await at.press('enter');
  assert.match(at.lines()[0]!, /▸ Orders ▸ new-order/);
});

on('an empty cart cannot be paid', {}, async (at) => {
  await at.press('n', 'enter', 'enter');
  assert.match(notice(at), /Nothing chosen yet/);
});

on('a declined card is said, and the way back leads to the cart', {}, async (at) => {
  await toTheTill(at);
  await at.press('k');
  await at.type('card-declined');
  await at.press('enter');
  assert.match(at.text(), /Card: card-declined/);
  at.world.answer = async () => {
    throw new Refused('REJECT_CARD_COMPANY', 'The card company declined the payment.');
  };
  await at.press('enter');
  assert.match(at.text(), /✗ Not placed\.\s+The card company declined the payment\./);
  await at.press('escape');
  assert.match(at.text(), /Fried +19,000 +×2/);
});

on('a busy payment system counts down; then it is another order, or one that is paid later', {}, async (at) => {
  await toTheTill(at);
  at.world.answer = async () => {
    throw new Refused('busy', 'The payment system is busy just now.', 3_000);
  };
  await at.press('enter');
  assert.match(at.text(), /Nothing was charged\.\s+You can try again in 3 s, or pay later\./);
  await at.press('enter');
  assert.is(at.asked.length, 1, 'not before the time');
  at.time.now += 2_000;
  await at.look();
  assert.match(at.text(), /try again in 1 s/);
  at.time.now += 1_000;
  await at.look();
  assert.match(at.text(), /You can try again now/);
  await at.press('enter');
  assert.is(at.asked.length, 2);
  at.world.answer = async () => ({ status: 'payment-deferred', totalWon: 40_000 });
  await at.press('l');
  assert.is(at.asked[2]!.data['payLater'], true);
  assert.match(at.text(), /◷ payment-deferred .*\s+Payment is busy\. It will be charged as soon as it works again/);
});

on('an order of which nobody knows what became is asked for again under its own id', {}, async (at) => {
  await toTheTill(at);
  at.world.answer = async () => {
    throw new TimedOut('Nobody answered within 10 s.');
  };
  await at.press('enter');
  assert.match(at.text(), /Nobody knows yet whether the order new-order was placed\. It may be, and be paid\./);
  assert.not.match(at.text(), /Not placed/);
  at.world.answer = async () => ({ status: 'placed', totalWon: 40_000 });
  await at.press('enter');
  assert.equal(
    at.asked.map(({ data }) => data['orderId']),
    ['new-order', 'new-order'],
  );
  assert.match(at.text(), /○ placed {2}new-order/);
});

on('who leaves while the payment is decided hears what came of it', {}, async (at) => {
  await toTheTill(at);
  let answer = (_: { status: string }) => {};
  at.world.answer = () => new Promise((resolve) => (answer = resolve));
  await at.press('enter', 'escape');
  assert.match(at.lines()[0]!, /▸ Orders {2}/);
  answer({ status: 'placed' });
  await at.press('down');
  assert.match(at.text(), /new-order is ○ placed/);
});

on(
  'a question that comes late is not answered by what is typed for something else',
  {
    events: [buried('aa11', 1)],
  },
  async (at) => {
    let tried = (_: { type: string; phrase: string }) => {};
    at.world.dryRun = () => new Promise((resolve) => (tried = resolve));
    await at.press('6', 'r', '/');
    await at.type('pa');
    tried({ type: 'AcceptOrder', phrase: 'would apply' });
    await at.type('y');
    await at.press('enter');
    assert.equal(at.asked, []);
    assert.match(at.text(), /Nothing matches/);
  },
);

on(
  'a key that was meant for a row that went away just then does nothing',
  {
    events: [...placed('first'), ...later(placed('second'), 1_000)],
  },
  async (at) => {
    await at.press('2');
    await at.look();
    at.tell(event('OrderAccepted', 30, { orderId: 'first', customerId: 'kim', prepMs: 0 }));
    at.tell(
      event('OrderCooked', 31, { orderId: 'first', customerId: 'kim', storeName: { ko: '', en: '' }, rideMs: 0 }),
    );
    await at.look();
    assert.match(row(at, 'second'), /^▸/);
    await at.press('a');
    assert.equal(at.asked, []);
    assert.match(at.text(), /The row has just changed/);
    at.time.now += 1_000;
    await at.look();
    await at.press('a');
    assert.equal(at.asked[0]?.data, { orderId: 'second' });
  },
);

on(
  'a key that is about no row works at once, however fast the rows change',
  { events: [...placed('first'), ...later(placed('second'), 1_000)] },
  async (at) => {
    at.tell(...delivered('first').slice(4));
    await at.look();
    assert.match(row(at, 'second'), /^▸/);
    await at.press('n');
    assert.match(at.text(), /From which store\?/);
  },
);

on(
  'a frozen list can be gone through to its end',
  {
    events: Array.from({ length: 60 }, (_, i) => later(placed(`o${String(i).padStart(2, '0')}`), i * 100)).flat(),
    rows: 24,
  },
  async (at) => {
    await at.press('f', 'end');
    assert.match(row(at, 'o59'), /^▸/);
  },
);

on('messages are listed, the newest first, and lead to their order', { events: delivered('o1') }, async (at) => {
  await at.press('4');
  assert.match(at.text(), /kim +○ placed +o1 +placed!/);
  await at.press('enter');
  assert.match(at.lines()[0]!, /o1/);
});

on(
  'dead letters are read, marked, tried before they are redriven, and discarded with a reason',
  {
    events: [buried('aa11', 1), buried('bb22', 2), buried('cc33', 3)],
    vitals: { deadLetters: 3 },
  },
  async (at) => {
    assert.match(at.lines()[1]!, /dead letters 3/);
    await at.press('6');
    assert.match(at.lines()[4]!, /▸ .*order +AcceptOrder +o1 +16 +✗ dead +no room cc33/);
    await at.press('space', 'space');
    assert.is(at.lines().filter((line) => /^[▸ ] ✓/.test(line)).length, 2);
    assert.is(at.lines().filter((line) => line.startsWith('▸')).length, 1);
    await at.press('r');
    assert.match(at.text(), /cc33 {2}AcceptOrder: would apply: sends OrderAccepted/);
    assert.match(notice(at), /Redrive 2\?/);
    await at.press('y');
    assert.equal(at.asked, [{ type: 'redrive', data: { letterIds: ['cc33', 'bb22'] } }]);
    assert.match(notice(at), /2 redriven/);
    assert.is(at.lines().filter((line) => /^[▸ ] ✓/.test(line)).length, 0);

    await at.press('home', 'enter');
    assert.match(at.text(), /no room cc33/);
    assert.match(at.text(), /"a": 1/);
    await at.press('x');
    await at.type('a test');
    await at.press('enter', 'y');
    assert.equal(at.asked[1], { type: 'discard', data: { letterIds: ['cc33'], reason: 'a test' } });
  },
);

on(
  'the system screen names what is down, and what happened lately',
  {
    vitals: {
      link: { state: 'down', since: noon, reason: 'connection reset' },
      behind: { entries: 120, ms: 4_200 },
      log: [{ at: noon, text: 'payment: partner: it hangs' }],
    },
  },
  async (at) => {
    assert.match(at.lines()[0]!, /BROKER AWAY/);
    await at.press('5');
    assert.match(at.text(), /BROKER AWAY .*connection reset/);
    assert.match(at.text(), /payment: partner: it hangs/);
  },
);

on(
  'how far behind the read model is stands in the head and on the system screen',
  {
    vitals: { behind: { entries: 120, ms: 4_200 } },
  },
  async (at) => {
    assert.match(at.lines()[0]!, /4\.2 s behind/);
    await at.press('5');
    assert.match(at.text(), /120 entries behind, 4\.2 s/);
  },
);

on(
  '`:` leads to a screen, an order or a customer, and says so where there is none',
  {
    events: [...placed('o1'), ...delivered('o2')],
  },
  async (at) => {
    const go = async (text: string) => {
      await at.press(':');
      await at.type(text);
      await at.press('enter');
    };
    await go('kit');
    assert.match(at.lines()[0]!, /Kitchen/);
    await go('order o2');
    assert.match(at.text(), /● delivered/);
    await go('customer kim');
    assert.match(at.lines()[0]!, /Orders · kim/);
    assert.match(at.text(), /o1/);
    assert.match(at.text(), /o2/);
    await go('nowhere');
    assert.match(notice(at), /There is no screen "nowhere"/);
  },
);

on('help has every key of the screen, and any key closes it', { events: placed('o1') }, async (at) => {
  await at.press('2', '?');
  assert.match(at.text(), /a +accept/);
  assert.match(at.text(), /q +quit/);
  await at.press('a');
  assert.equal(at.asked, [], 'the key that closes it does nothing else');
  assert.not.match(at.text(), /Keys of this screen/);
});

on(
  'read-only, the keys that change anything are neither shown nor there',
  {
    events: [...placed('o1'), buried('aa11', 1)],
    readOnly: true,
  },
  async (at) => {
    assert.match(at.lines()[0]!, /READ ONLY/);
    for (const keys of [
      ['1', 'c', 'y'],
      ['2', 'a'],
      ['2', 'x'],
      ['n', 'enter'],
      ['6', 'r', 'y'],
      ['6', 'x'],
    ]) {
      await at.press(...keys);
      assert.not.match(footer(at), /cancel|accept|refuse|new order|redrive|discard/, keys.join(' '));
      await at.press('escape');
    }
    assert.equal(at.asked, []);
    await at.press('?');
    assert.not.match(at.text(), /redrive|discard/);
  },
);

on('y copies the id of what is chosen', { events: placed('o1') }, async (at) => {
  await at.press('y');
  assert.equal(at.copied, ['o1']);
  assert.match(notice(at), /Copied o1/);
});

on('q and Ctrl-C quit, and q is q on a Korean keyboard too', {}, async (at) => {
  await at.press('q', 'ctrl-c', 'ㅂ');
  assert.is(at.world.quit, 3);
});

on(
  'a terminal that is too small says the size it needs, and nothing is pressed unseen',
  {
    events: placed('o1'),
    columns: 79,
    rows: 24,
  },
  async (at) => {
    assert.match(at.text().replaceAll('\n', ' '), /This terminal is 79×24\. The dashboard needs 80×24/);
    await at.press('c', 'y');
    assert.equal(at.asked, []);
    at.size.columns = 80;
    await at.redraw();
    assert.match(at.text(), /o1/);
  },
);

const long = '아주아주 긴 이름을 가진 손님의 아주아주 긴 사연입니다 '.repeat(4);

for (const lang of ['ko', 'en'] as const)
  for (const [columns, rows] of [
    [80, 24],
    [100, 30],
    [200, 50],
  ] as const)
    on(
      `every screen fits ${columns}×${rows} in ${lang}, with Hangul in every column`,
      {
        lang,
        columns,
        rows,
        events: [
          ...placed('주문-일'),
          ...cooking('주문-이'),
          ...delivered('주문-삼').slice(0, 6),
          ...delivered('주문-사'),
          event('NotificationSent', 16, {
            orderId: '주문-사',
            channel: 'console',
            recipient: '김손님',
            about: 'x',
            text: long,
          }),
          buried('aa11', 1),
        ],
      },
      async (at) => {
        const screens = [
          ['1'],
          ['2'],
          ['3'],
          ['4'],
          ['5'],
          ['6'],
          ['6', 'enter'],
          ['1', 'enter'],
          ['n'],
          ['n', 'enter'],
          ['?'],
        ];
        for (const keys of screens) {
          await at.press(...keys);
          const lines = at.lines();
          assert.ok(lines.length <= rows, `${keys}: ${lines.length} lines`);
          for (const line of lines) assert.ok(stringWidth(line) <= columns, `${keys}: ${stringWidth(line)}: ${line}`);
          await at.press('escape');
        }
      },
    );

on(
  'what would command the terminal is shown as spaces',
  {
    events: [
      ...placed('o1'),
      event('OrderRefused', 30, { orderId: 'o1', customerId: 'kim', reason: 'bad\u001b[2Jluck\nand more' }),
    ],
  },
  async (at) => {
    await at.press('s', 'enter');
    assert.not.ok(at.text().includes('\u001b[2J'));
    assert.match(at.text(), /bad \[2Jluck/);
    assert.match(at.text(), /and more/);
  },
);

test.run();
