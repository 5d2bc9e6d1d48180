import { riderBoard } from '../../readmodel/boards.ts';
import { act } from '../act.ts';
import { parseId } from '../arguments.ts';
import { query } from '../client.ts';
import { now } from '../open-broker.ts';
import { printJson, say } from '../print.ts';
import { printOrders } from '../print-orders.ts';
import type { Settings } from '../settings.ts';

/** `baedal rider list` */
export async function riderList(settings: Settings): Promise<void> {
  const orders = await query(settings, (db) => riderBoard(db));
  if (settings.json) return printJson(orders);
  if (orders.length === 0) return say('Nothing to pick up or deliver.');
  printOrders(orders, settings.lang, now());
}

/** `baedal rider claim ID --rider R` */
export const riderClaim = (settings: Settings, { rider }: { rider: string }, orderId: string): Promise<void> =>
  act(settings, 'ClaimDelivery', { orderId, riderId: parseId(rider, 'The rider') });

/** `baedal rider pickup ID` */
export const riderPickup = (settings: Settings, _flags: object, orderId: string): Promise<void> =>
  act(settings, 'PickUpDelivery', { orderId });

/** `baedal rider deliver ID` */
export const riderDeliver = (settings: Settings, _flags: object, orderId: string): Promise<void> =>
  act(settings, 'CompleteDelivery', { orderId });
