import { act } from '../act.ts';
import type { Settings } from '../settings.ts';

/** `baedal order cancel ID` */
export const orderCancel = (settings: Settings, { reason }: { reason: string }, orderId: string): Promise<void> =>
  act(settings, 'CancelOrder', { orderId, reason });
