import { journeys } from '../fixtures/journeys';
import { inOneProcess } from '../fixtures/platforms';

jest.setTimeout(180_000);
journeys('in one process', inOneProcess);
