import { addDeliveryRoutes } from './delivery-routes.ts';
import { addMyPageRoutes } from './mypage-routes.ts';
import { addOrderRoutes } from './order-routes.ts';
import { addPayRoutes } from './pay-routes.ts';
import type { Service, ServiceName } from './service.ts';
import { addStoreRoutes } from './store-routes.ts';

export const services: Record<ServiceName, Service> = {
  order: { title: 'baedal: orders', addRoutes: addOrderRoutes },
  pay: { title: 'baedal: payments', addRoutes: addPayRoutes },
  store: {
    title: 'baedal: stores and riders',
    addRoutes: (app, context) => {
      addStoreRoutes(app, context);
      addDeliveryRoutes(app, context);
    },
  },
  mypage: { title: 'baedal: my page', addRoutes: addMyPageRoutes },
};
