import { brokerContract } from '../contract.ts';
import { Place, testUrl } from './place.ts';

brokerContract('RabbitMQ', async () => {
  const place = await Place.make();
  return {
    opener: {
      module: new URL('./opener.ts', import.meta.url).href,
      options: { url: testUrl(), namespace: place.topology.namespace },
    },
    corrupt: (queue, bytes) => place.put(queue, bytes),
    cleanUp: () => place.clear(),
  };
}).run();
