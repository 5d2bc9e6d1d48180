import type { Events, PricedLine } from '../messages.ts';

export type Lang = 'ko' | 'en';

type Texts = {
  placed(data: Events['OrderPlaced']): string;
  placedToOwner(data: Events['OrderPlaced']): string;
  deferred(data: Events['OrderDeferred']): string;
  rejected(data: Events['OrderRejected']): string;
  accepted(data: Events['OrderAccepted']): string;
  refused(data: Events['OrderRefused']): string;
  cooked(data: Events['OrderCooked']): string;
  assigned(data: Events['RiderAssigned']): string;
  onTheWay(data: Events['DeliveryDeparted']): string;
  delivered(data: Events['DeliveryCompleted']): string;
  cancelling(data: Events['OrderCancelling']): string;
  cancelRefused(data: Events['CancelRefused']): string;
  cancelled(data: Events['OrderCancelled']): string;
  cancelledToOwner(data: { orderId: string }): string;
};

const won = (amount: number) => amount.toLocaleString('en-US');
const minutes = (ms: number) => Math.max(1, Math.round(ms / 60_000));
const basket = (lines: PricedLine[], lang: Lang) =>
  lines.map((line) => `${line.name[lang]} ×${line.quantity}`).join(', ');

/** What people read, a text for each status. */
export const texts: Record<Lang, Texts> = {
  ko: {
    placed: (o) =>
      `[${o.storeName.ko}] 주문이 접수됐어요. ${basket(o.lines, 'ko')} · ${won(o.totalWon)}원 (주문번호 ${o.orderId})`,
    placedToOwner: (o) => `새 주문 ${o.orderId}: ${basket(o.lines, 'ko')} · ${won(o.totalWon)}원`,
    deferred: (o) =>
      `결제가 몰려 주문 ${o.orderId}을(를) 아직 결제하지 못했어요. ${won(o.totalWon)}원을 잠시 후 다시 결제하고 알려 드릴게요.`,
    rejected: (o) => `주문 ${o.orderId}이(가) 성립되지 않았어요. 결제되지 않았거나 바로 환불돼요. (${o.reason})`,
    accepted: (o) => `가게에서 주문 ${o.orderId}을(를) 확인하고 조리를 시작했어요. 약 ${minutes(o.prepMs)}분 걸려요.`,
    refused: (o) => `가게 사정으로 주문 ${o.orderId}을(를) 받지 못했어요. 결제 금액은 환불돼요. (${o.reason})`,
    cooked: (o) => `[${o.storeName.ko}] 조리가 끝났어요. 라이더를 찾고 있어요. (주문번호 ${o.orderId})`,
    assigned: (o) => `라이더 ${o.riderId} 님이 주문 ${o.orderId}을(를) 가지러 가요.`,
    onTheWay: (o) => `주문 ${o.orderId}의 배달이 출발했어요.`,
    delivered: (o) => `주문 ${o.orderId}이(가) 도착했어요. 맛있게 드세요!`,
    cancelling: (o) => `주문 ${o.orderId}의 취소를 확인하고 있어요.`,
    cancelRefused: (o) => `주문 ${o.orderId}은(는) 이미 진행되어 취소할 수 없어요.`,
    cancelledToOwner: (o) => `주문 ${o.orderId}이(가) 취소됐어요. 조리하지 않으셔도 돼요.`,
    cancelled: (o) => `주문 ${o.orderId}이(가) 취소됐어요. 환불 금액 ${won(o.refundedWon)}원`,
  },
  en: {
    placed: (o) =>
      `[${o.storeName.en}] We have your order: ${basket(o.lines, 'en')}, ${won(o.totalWon)} won (order ${o.orderId}).`,
    placedToOwner: (o) => `New order ${o.orderId}: ${basket(o.lines, 'en')}, ${won(o.totalWon)} won.`,
    deferred: (o) =>
      `Payment is busy just now, so your order ${o.orderId} is not placed yet. We will charge ${won(o.totalWon)} won a little later and tell you.`,
    rejected: (o) => `Your order ${o.orderId} was not placed. ${o.reason}`,
    accepted: (o) => `The store accepted order ${o.orderId} and is cooking: about ${minutes(o.prepMs)} min.`,
    refused: (o) => `The store could not take order ${o.orderId} (${o.reason}). Your money is on its way back.`,
    cooked: (o) => `[${o.storeName.en}] Order ${o.orderId} is cooked. We are finding a rider.`,
    assigned: (o) => `${o.riderId} is on the way to pick up order ${o.orderId}.`,
    onTheWay: (o) => `Order ${o.orderId} is on its way to you.`,
    delivered: (o) => `Order ${o.orderId} has arrived. Enjoy your meal!`,
    cancelling: (o) => `We are cancelling order ${o.orderId}.`,
    cancelRefused: (o) => `Order ${o.orderId} can no longer be cancelled.`,
    cancelledToOwner: (o) => `Order ${o.orderId} is cancelled: no need to cook it.`,
    cancelled: (o) => `Order ${o.orderId} is cancelled. ${won(o.refundedWon)} won go back to you.`,
  },
};
