import * as assert from 'uvu/assert';
import { baedal } from '../harness/baedal.ts';
import type { Terminal } from '../harness/terminal.ts';
import { type DashboardStage, dashboardSuite, onScreen } from './dashboard-stage.ts';
import { order } from './platform-under-test.ts';

const { test, on } = dashboardSuite('dashboard: Hangul and odd letters');

const longReason =
  '오늘은 단체 예약이 많아 재료가 모두 떨어졌습니다. 번거롭게 해 드려 정말 죄송하고 다음에 꼭 다시 찾아 주세요. ';

const longCustomer = '김철수네식구들과이웃사촌모임회장님댁';

/** Runs a command with the catalogue that comes with the program. */
async function run(at: DashboardStage, ...args: string[]): Promise<void> {
  const { code, stderr } = await baedal(args, { env: { ...at.env, BAEDAL_CATALOG: undefined, BAEDAL_LANG: 'ko' } });
  assert.is(code, 0, stderr);
}

const place = (at: DashboardStage, orderId: string, store: string, ...items: string[]) => {
  const what = ['--store', store, ...items.flatMap((item) => ['--item', item])];
  return run(at, 'order', 'place', '--customer', longCustomer, '--order-id', orderId, ...what);
};

const show = (at: DashboardStage, ...args: string[]) =>
  at.show([...args, '--lang', 'ko'], { env: { BAEDAL_CATALOG: undefined, LANG: 'ko_KR.UTF-8' } });

/** Every line is whole, none is wider than the terminal, and the two rules are where they always are. */
function holds(terminal: Terminal, what: string): void {
  const lines = terminal.lines();
  for (const [i, line] of lines.entries()) {
    assert.not.ok(line.wraps, `${what}: line ${i} wraps: ${line.text}`);
    assert.ok(line.width <= 80, `${what}: line ${i} has ${line.width} cells`);
  }
  for (const i of [2, lines.length - 3]) assert.equal(lines[i]!.columnsOf('─')[0], 1, `${what}: rule in line ${i}`);
  assert.match(lines[0]!.text, 'baedal ▸', what);
  assert.match(lines.at(-1)!.text, /q 종료$/, what);
}

/** The columns at which the words of a line begin, each after a space. */
const beginnings = ({ cells }: ReturnType<Terminal['lines']>[number]): number[] =>
  cells.flatMap(({ chars, width }, x) => {
    const blank = (i: number) => i < 0 || ((cells[i]?.chars ?? '').trim() === '' && cells[i]?.width !== 0);
    return chars.trim() !== '' && width > 0 && blank(x - 1) ? [x] : [];
  });

on('at 80×24 in Korean every screen keeps to its lines and its columns', async (at) => {
  const terminal = show(at, 'up', '--manual');
  await terminal.waitFor('진행 중인 주문이 없어요');
  holds(terminal, 'no orders');
  await place(at, 'chicken-01', 'crispy-chicken', 'half-half:3', 'ganjang:2', 'cheese-balls');
  await place(at, 'gukbap-001', 'gukbap', 'sundae');
  await place(at, 'refused-01', 'mama-bibimbap', 'dolsot:2');
  await place(at, 'cooked-001', 'gukbap', 'haejang:12');
  await run(at, 'kitchen', 'refuse', 'refused-01', '--reason', longReason.repeat(3));
  await run(at, 'kitchen', 'accept', 'cooked-001');
  await run(at, 'kitchen', 'cooked', 'cooked-001');

  await terminal.press('s');
  await terminal.waitFor(/refused-01.*✗ 가게 거절/);
  await terminal.waitFor(/cooked-001.*◕ 조리 완료/);
  holds(terminal, 'orders');
  const [head, ...rows] = terminal.lines().slice(3, 8);
  const columns = ['주', '가', '메', '금', '상', '경'].map((title) => head!.columnsOf(title)[0]!);
  for (const row of rows) {
    for (const left of [0, 1, 2, 4]) assert.ok(beginnings(row).includes(columns[left]!), row.text);
    assert.is(row.width, 80, 'how long it took ends at the right end');
    assert.is(row.cells[columns[3]! + 3]!.chars.length, 1, 'the last digit stands below the end of its title');
    assert.is(row.cells[columns[3]! + 4]!.chars.trim(), '', row.text);
  }

  for (const [key, title] of [
    ['2', '주방'],
    ['3', '라이더'],
    ['4', '알림'],
    ['5', '시스템'],
    ['6', ''],
  ] as const) {
    await terminal.press(key);
    await terminal.waitFor(`baedal ▸ ${title}`);
    holds(terminal, key);
  }
  await terminal.press(':', 'order refused-01', 'Enter');
  await terminal.waitFor('✗ 가게 거절');
  await terminal.waitFor('사유: 오늘은 단체');
  holds(terminal, 'the story of a refused order');
  assert.not.match(terminal.text(), '……');
  await terminal.press('End');
  await terminal.waitFor(/김철수.* ← 가게 사정으로/);
  holds(terminal, 'the end of the story');
  await terminal.press('?');
  await terminal.waitFor('이 화면의 키');
  holds(terminal, 'help');
});

on('at 80×24 in Korean an order is placed by keys, with the keyboard left at Hangul', async (at) => {
  const terminal = show(at, 'up', '--manual');
  await terminal.waitFor('진행 중인 주문이 없어요');
  await terminal.press('ㅜ'); // n
  await terminal.waitFor('어느 가게에서 주문할까요?');
  holds(terminal, 'stores');
  await terminal.press('ㅓ', 'ㅏ', 'Enter'); // j, k
  await terminal.waitFor('바삭치킨 강남점 · 무엇을');
  await terminal.press('+', 'Down', '+', '+', 'Down', '+');
  await terminal.waitFor('합계 82,000원');
  holds(terminal, 'items');
  await terminal.press('Enter');
  await terminal.waitFor('누가 주문하나요?');
  await terminal.press(longCustomer, 'Enter');
  await terminal.waitFor(`고객: ${longCustomer}`);
  holds(terminal, 'payment');
  await terminal.press('Enter');
  await terminal.waitFor('주문이 접수됐어요');
  holds(terminal, 'placed');
  await terminal.press('2');
  await terminal.waitFor(onScreen('주방', /▸ \w+ .*○ 접수/));
  await terminal.press('x');
  await terminal.waitFor('거절 사유는? 고객에게 보여요');
  await terminal.press(longReason.slice(0, 60));
  await terminal.waitFor(new RegExp(`${longReason.slice(50, 60)}`));
  holds(terminal, 'a long reason while it is typed');
  await terminal.press('Enter');
  await terminal.waitFor(/: ✗ 가게 거절$/m);
  holds(terminal, 'refused');
});

on('escape sequences in a reason do not reach the terminal', async (at) => {
  await at.up('--quiet', '--manual');
  await at.json(...order('--order-id', 'odd-1'));
  const evil = '\x1b[2J\x1b[31mred\x1b]0;title\x07 \x9b2J\r\nnext\x08\u202eback';
  await at.json('kitchen', 'refuse', 'odd-1', '--reason', evil);
  const terminal = at.show(['dashboard'], { columns: 160 });
  await terminal.waitFor('No orders in flight');
  await terminal.press('s');
  await terminal.waitFor(/odd-1.*✗ refused/);
  await terminal.press('Enter');
  await terminal.waitFor(/why: .*\[31mred/);
  await terminal.waitFor('next back');
  for (const line of terminal.lines()) assert.not.ok(line.wraps, line.text);
  await terminal.press('4');
  await terminal.waitFor('The store could not take');
  await terminal.press(':', 'order odd-1', 'Enter');
  await terminal.waitFor('why: ');
  for (const part of ['\x1b[31mred', '\x1b]0;', '\x9b', '\x07', '\x08', '\u202e'])
    assert.not.ok(terminal.raw().includes(part));
  const clears = terminal.raw().split('\x1b[2J').length - 1;
  assert.is(clears, 2, 'once for taking the screen, once for the first frame');
});

test.run();
