import type { EventType } from '../../actors/messages.ts';
import type { Lang } from '../../actors/notifier/texts.ts';
import type { TimelineEntry } from '../../readmodel/find-order.ts';
import { detail } from '../print-story.ts';

const said: { [T in EventType]?: Record<Lang, string> } = {
  OrderReceived: { en: 'received', ko: '주문 들어옴' },
  PaymentApproved: { en: 'payment approved', ko: '결제 승인' },
  PaymentDeclined: { en: 'payment declined', ko: '결제 거절' },
  PaymentBusy: { en: 'payment busy', ko: '결제 붐빔' },
  PaymentDeferred: { en: 'payment put off', ko: '결제 미룸' },
  PaymentUnknown: { en: 'payment unknown', ko: '결제 결과 모름' },
  PaymentVoided: { en: 'charge voided', ko: '결제 무효' },
  PaymentRefunded: { en: 'refunded', ko: '환불' },
  OrderDeferred: { en: 'waits to be paid', ko: '결제 기다림' },
  OrderPlaced: { en: 'placed', ko: '접수' },
  OrderRejected: { en: 'rejected', ko: '성립 안 됨' },
  OrderAccepted: { en: 'accepted by the store', ko: '가게가 접수' },
  StoreRefused: { en: 'the store says no', ko: '가게가 거절' },
  OrderRefused: { en: 'refused', ko: '거절됨' },
  OrderCooked: { en: 'cooked', ko: '조리 완료' },
  RiderAssigned: { en: 'rider assigned', ko: '라이더 배정' },
  DeliveryDeparted: { en: 'on the way', ko: '배달 출발' },
  DeliveryCompleted: { en: 'delivered', ko: '배달 완료' },
  OrderCancelling: { en: 'cancellation asked for', ko: '취소 요청' },
  DeliveryStopped: { en: 'delivery stopped', ko: '배달 중단' },
  DeliveryNotStopped: { en: 'delivery cannot be stopped', ko: '배달 중단 불가' },
  CancelRefused: { en: 'too late to cancel', ko: '취소 불가' },
  OrderCancelled: { en: 'cancelled', ko: '취소됨' },
};

/** An event in words, and what is worth knowing of it. One of an unknown type is shown as it came. */
export function eventText({ type, data }: TimelineEntry, lang: Lang): { what: string; detail: string } {
  const words = said[type as EventType];
  return words ? { what: words[lang], detail: detail(data, lang) } : { what: type, detail: JSON.stringify(data) };
}
