import { eventBusContract } from '../fixtures/event-bus-contract';
import { kafkaPlace } from '../fixtures/kafka-place';

jest.setTimeout(60_000);

eventBusContract('Apache Kafka', { appendsOnce: false }, async () => {
  const place = await kafkaPlace();
  return {
    declare: place.declare,
    open: async () => place.open(),
    openWired: async () => place.openWired(),
    forget: place.forget,
    async interrupt() {
      const [node] = place.kafka.nodes;
      await node?.kill('SIGKILL');
      await node?.start();
    },
    close: place.close,
  };
});
