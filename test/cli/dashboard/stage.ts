import { render } from 'ink-testing-library';
import { createElement } from 'react';
import type { Menu } from '../../../src/actors/menu.ts';
import type { Lang } from '../../../src/actors/notifier/texts.ts';
import { App } from '../../../src/cli/dashboard/app.tsx';
import { Controller } from '../../../src/cli/dashboard/controller.ts';
import type { Operations } from '../../../src/cli/dashboard/operations.ts';
import type { Size } from '../../../src/cli/dashboard/shown.ts';
import type { Vitals } from '../../../src/cli/dashboard/source.ts';
import type { JournalEvent } from '../../../src/readmodel/order-fold.ts';
import { Projection } from '../../../src/readmodel/projection.ts';
import { Reader } from '../../../src/readmodel/reader.ts';
import { openReadModel } from '../../../src/readmodel/schema.ts';
import { tempFolder } from '../../harness/temp-folder.ts';
import { noon } from '../../readmodel/stories.ts';

export const menu: Menu = {
  stores: [
    {
      storeId: 'chicken',
      name: { ko: '바삭치킨 강남점', en: 'Crispy Chicken' },
      autoAccept: true,
      rideMs: 0,
      items: [
        { itemId: 'fried', name: { ko: '후라이드', en: 'Fried' }, priceWon: 19_000, soldOut: false, prepMs: 0 },
        { itemId: 'cola', name: { ko: '콜라', en: 'Cola' }, priceWon: 2_000, soldOut: false, prepMs: 0 },
        { itemId: 'wings', name: { ko: '윙', en: 'Wings' }, priceWon: 9_000, soldOut: true, prepMs: 0 },
      ],
    },
    { storeId: 'pizza', name: { ko: '모퉁이피자', en: 'Corner Pizza' }, autoAccept: false, rideMs: 0, items: [] },
  ],
};

export type StageOptions = {
  events?: readonly JournalEvent[];
  lang?: Lang;
  readOnly?: boolean;
  columns?: number;
  rows?: number;
  vitals?: Partial<Vitals>;
};

/** A dashboard over a real read model, on a screen in memory. What it asks of the world is noted down and answered by `answer`. */
export function dashboardStage(options: StageOptions = {}) {
  const { events = [], lang = 'en', readOnly = false, columns = 100, rows = 30 } = options;
  const folder = tempFolder();
  const db = openReadModel(folder.path);
  const projection = new Projection(db);
  let offset = 0;
  const tell = (...more: JournalEvent[]) => projection.apply(more.map((envelope) => ({ offset: offset++, envelope })));
  tell(...events);

  const reader = new Reader(folder.path);
  const time = { now: noon + 10_000 };
  const size: Size = { columns, rows };
  const asked: { type: string; data: Record<string, unknown> }[] = [];
  const copied: string[] = [];
  const world = {
    quit: 0,
    vitals: {
      broker: 'sqlite:',
      link: { state: 'up', since: noon },
      behind: { entries: 0, ms: 0 },
      log: [],
      depths: [],
      deadLetters: 0,
      ...options.vitals,
    } as Vitals,
    dryRun: async () => ({ type: 'AcceptOrder', phrase: 'would apply: sends OrderAccepted' }),
    /** What comes of the next request. */
    answer: async (_type: string): Promise<{ status: string; totalWon?: number }> => ({ status: 'placed' }),
  };
  const operations = {
    act: async (type: string, data: Record<string, unknown>) => {
      asked.push({ type, data });
      return (await world.answer(type)).status;
    },
    place: async (data: { orderId: string }) => {
      asked.push({ type: 'PlaceOrder', data });
      return { orderId: data.orderId, ...(await world.answer('PlaceOrder')) };
    },
    dryRun: () => world.dryRun(),
    redrive: async (letterIds: readonly string[]) => {
      asked.push({ type: 'redrive', data: { letterIds } });
      return { done: letterIds.length, refused: [] };
    },
    discard: async (letterIds: readonly string[], reason: string) => {
      asked.push({ type: 'discard', data: { letterIds, reason } });
      return { done: letterIds.length, refused: [] };
    },
    newOrderId: () => 'new-order',
    now: () => time.now,
  } as unknown as Operations;
  const controller = new Controller({
    source: {
      ask: (question) => reader.ask(question),
      version: () => reader.version(),
      vitals: () => world.vitals,
      menu: () => menu,
    },
    operations,
    lang,
    readOnly,
    now: () => time.now,
    size: () => ({ ...size }),
    copy: (text) => copied.push(text),
    onQuit: () => world.quit++,
  });
  const ink = render(createElement(App, { controller }));
  return {
    controller,
    world,
    time,
    size,
    asked,
    copied,
    /** More comes out of the journal; the next look finds it. */
    tell,
    /** Presses keys, by their names, or types what is none. */
    press: (...keys: string[]) => drawn(() => keys.forEach((key) => void controller.press(key))),
    type: (text: string) =>
      drawn(() => [...text].forEach((letter) => void controller.press(letter === ' ' ? 'space' : letter))),
    look: () => drawn(() => controller.tick()),
    redraw: () => drawn(() => controller.refresh()),
    lines: () => (ink.lastFrame() ?? '').split('\n'),
    text: () => ink.lastFrame() ?? '',
    /** The frames that were drawn are kept for the tests; no more. */
    forgetFrames: () => {
      ink.frames.length = 0;
    },
    close: () => {
      ink.unmount();
      reader.close();
      db.close();
      folder.remove();
    },
  };
}

/** Does it, lets work that was begun come to its answer, and React draw. */
async function drawn(work: () => void): Promise<void> {
  work();
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
}

export type DashboardStage = ReturnType<typeof dashboardStage>;
