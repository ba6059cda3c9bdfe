import { journeysOfVillages } from '../fixtures/journeys-villages';
import { inOneProcess } from '../fixtures/platforms';

jest.setTimeout(180_000);
journeysOfVillages('in one process', inOneProcess);
