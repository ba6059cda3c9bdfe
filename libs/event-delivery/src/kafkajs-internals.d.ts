// The part of kafkajs 2.2.4 behind its public door that kafka-client.ts mends.
declare module 'kafkajs/src/network/requestQueue' {
  class RequestQueue {
    pending: unknown[];
    throttledUntil: number;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  }
  export = RequestQueue;
}
declare module 'kafkajs/package.json' {
  export const version: string;
}
