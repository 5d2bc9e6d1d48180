import { brokerContract } from '../contract.ts';
import { Place, testUrl } from './place.ts';

const url = testUrl(); // says what is missing, if it is, before anything else does

brokerContract('RabbitMQ', async () => {
  const place = await Place.make();
  return {
    opener: {
      module: new URL('./opener.ts', import.meta.url).href,
      options: { url, namespace: place.topology.namespace },
    },
    corrupt: (queue, bytes) => place.put(queue, bytes),
    cleanUp: () => place.clear(),
  };
}).run();
