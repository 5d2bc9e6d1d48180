import type { Commands, OrderStatus } from '../actors/messages.ts';
import type { Backend } from './backend.ts';
import type { Caller } from './caller.ts';
import { findVisible } from './visible.ts';

/** Makes a request about one order, of those that the caller may see. @returns the status that came of it */
export async function act<T extends keyof Commands>(
  backend: Backend,
  caller: Caller,
  type: T,
  data: Commands[T],
): Promise<{ orderId: string; status: OrderStatus }> {
  // An operator may see every order, and the actor knows best which ones there are.
  if (caller.role !== 'operator') await findVisible(backend, caller, data.orderId);
  const { orderId, status } = await backend.ask(type, data);
  return { orderId, status: status as OrderStatus };
}
