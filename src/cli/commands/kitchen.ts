import { kitchenBoard } from '../../readmodel/boards.ts';
import { act } from '../act.ts';
import { query } from '../client.ts';
import { now } from '../open-broker.ts';
import { printJson, say } from '../print.ts';
import { printOrders } from '../print-orders.ts';
import type { Settings } from '../settings.ts';

/** `baedal kitchen list` */
export async function kitchenList(settings: Settings, { store }: { store?: string }): Promise<void> {
  const orders = await query(settings, (db) => kitchenBoard(db, store === undefined ? {} : { storeId: store }));
  if (settings.json) return printJson(orders);
  if (orders.length === 0) return say('Nothing to accept or cook.');
  printOrders(orders, settings.lang, now());
}

/** `baedal kitchen accept ID` */
export const kitchenAccept = (settings: Settings, _flags: object, orderId: string): Promise<void> =>
  act(settings, 'AcceptOrder', { orderId });

/** `baedal kitchen refuse ID --reason R` */
export const kitchenRefuse = (settings: Settings, { reason }: { reason: string }, orderId: string): Promise<void> =>
  act(settings, 'RefuseOrder', { orderId, reason });

/** `baedal kitchen cooked ID` */
export const kitchenCooked = (settings: Settings, _flags: object, orderId: string): Promise<void> =>
  act(settings, 'FinishCooking', { orderId });
